package dev.harrier.server.command;

import dev.harrier.server.home.ClientSettings;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;

/** What a running server says to a command. */
final class ServerAnswer {
  /**
   * Long enough for a machine that has much else to do; whoever is tired of it ends the command.
   */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private ServerAnswer() {}

  /**
   * Sends a request to the server of these settings.
   *
   * @throws IOException with a sentence for the user if none answers
   */
  static HttpResponse<String> to(
      HttpRequest.Builder request, ClientSettings settings, Duration patience)
      throws IOException, InterruptedException {
    try (var client = settings.http()) {
      return client.send(request.timeout(patience).build(), HttpResponse.BodyHandlers.ofString());
    } catch (HttpTimeoutException e) {
      throw new IOException(
          "The server at %s has not answered for %s seconds. Its log may say why."
              .formatted(settings.server(), patience.toSeconds()),
          e);
    } catch (ConnectException e) {
      throw new IOException(
          "No server answers at %s. Start one with 'harrier start'.".formatted(settings.server()),
          e);
    }
  }
}
