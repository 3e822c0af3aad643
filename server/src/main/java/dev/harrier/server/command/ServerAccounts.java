package dev.harrier.server.command;

import static java.util.Objects.requireNonNull;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.harrier.server.home.ClientSettings;
import dev.harrier.server.page.AccountPages;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;

/** Users, clients and keys of the server that runs on a home, asked with the home's own client. */
final class ServerAccounts {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Path clientFile;

  ServerAccounts(Path clientFile) {
    this.clientFile = requireNonNull(clientFile, "clientFile");
  }

  /**
   * Asks for one thing.
   *
   * @throws IOException with the server's own sentence if it refuses
   */
  JsonObject ask(String what, JsonObject body) throws IOException, InterruptedException {
    var token = TokenCommand.token(clientFile);
    var settings = ClientSettings.read(clientFile);
    var server = settings.server();
    var request =
        HttpRequest.newBuilder(URI.create(server + AccountPages.FOLDER + what))
            .timeout(PATIENCE)
            .header("authorization", "Bearer " + token)
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
            .build();
    try (var client = settings.http()) {
      var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      var json = JsonParser.parseString(answer.body()).getAsJsonObject();
      if (answer.statusCode() != 200) {
        throw new IOException(json.get("message").getAsString());
      }
      return json;
    } catch (ConnectException e) {
      throw new IOException(
          "No server answers at %s. Start one with 'harrier start'.".formatted(server), e);
    }
  }
}
