package dev.harrier.server.command;

import com.google.gson.JsonParser;
import dev.harrier.server.home.ClientSettings;
import dev.harrier.server.home.Home;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Asks the running server for a token, with the client of its home, and prints it. */
@Command(
    name = "token",
    mixinStandardHelpOptions = true,
    description = {
      "Prints a token of the server that runs on the home, good for half an hour. As in:",
      "",
      "  curl -H \"authorization: Bearer $$(harrier token)\" http://localhost:30080/api/v1/projects"
    })
public final class TokenCommand implements Callable<Integer> {
  @Mixin private final HomeOption home = new HomeOption();

  @Override
  public Integer call() throws Exception {
    System.out.println(token(Home.clientFile(home.folder())));
    return 0;
  }

  /**
   * A token for the client of a configuration file.
   *
   * @throws IOException with a sentence for the user if there is no server or it refuses
   */
  public static String token(Path clientFile) throws IOException, InterruptedException {
    var settings = ClientSettings.read(clientFile);
    var server = settings.server();
    var answer = ask(settings);
    var body = JsonParser.parseString(answer.body()).getAsJsonObject();
    if (answer.statusCode() != 200) {
      throw new IOException(
          "%s gave no token: %s".formatted(server, body.get("error_description").getAsString()));
    }
    return body.get("access_token").getAsString();
  }

  private static HttpResponse<String> ask(ClientSettings settings)
      throws IOException, InterruptedException {
    var server = settings.server();
    var basic = encoded(settings.clientId()) + ":" + encoded(settings.secret().reveal());
    var request =
        HttpRequest.newBuilder(server.resolve("/oauth2/token"))
            .header(
                "authorization",
                "Basic "
                    + Base64.getEncoder().encodeToString(basic.getBytes(StandardCharsets.UTF_8)))
            .header("content-type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString("grant_type=client_credentials&scope=all"));
    return ServerAnswer.to(request, settings, ServerAnswer.PATIENCE);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
