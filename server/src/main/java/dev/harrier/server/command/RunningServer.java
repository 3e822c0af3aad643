package dev.harrier.server.command;

import static java.util.Objects.requireNonNull;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.harrier.server.home.ClientSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.Optional;

/** The server that runs on a home, asked with the home's own client. JSON in, JSON out. */
final class RunningServer {
  private final Path clientFile;

  RunningServer(Path clientFile) {
    this.clientFile = requireNonNull(clientFile, "clientFile");
  }

  /**
   * Asks for one thing.
   *
   * @param path with its query
   * @throws IOException with the server's own sentence if it refuses
   */
  JsonObject ask(String method, String path, Optional<JsonObject> body)
      throws IOException, InterruptedException {
    var token = TokenCommand.token(clientFile);
    var settings = ClientSettings.read(clientFile);
    var request =
        HttpRequest.newBuilder(URI.create(settings.server() + path))
            .header("authorization", "Bearer " + token)
            .header("accept", "application/json")
            .header("content-type", "application/json")
            .method(
                method,
                body.map(JsonObject::toString)
                    .map(BodyPublishers::ofString)
                    .orElseGet(BodyPublishers::noBody));
    var answer = ServerAnswer.to(request, settings, ServerAnswer.PATIENCE);
    var json = JsonParser.parseString(answer.body()).getAsJsonObject();
    if (answer.statusCode() != 200) {
      throw new IOException(json.get("message").getAsString());
    }
    return json;
  }
}
