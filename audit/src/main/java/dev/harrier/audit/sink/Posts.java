package dev.harrier.audit.sink;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;

/** Posts bodies to one address; what is not answered with 2xx was not taken. */
public final class Posts implements AutoCloseable {
  private static final int ANSWER_BYTES_MAX = 64 << 10;
  private static final int OK_FROM = 200;
  private static final int OK_BELOW = 300;

  /** Answers that are about the body, and neither about who sends it nor about a moment. */
  private static final Set<Integer> UNWANTED = Set.of(400, 406, 409, 411, 413, 415, 422, 431);

  private final URI address;
  private final Optional<String> authorization;
  private final Duration patience;
  private final HttpClient client;

  /**
   * @param authorization the header of that name
   * @param patience with a receiver that does not answer
   */
  public Posts(URI address, SSLContext tls, Optional<String> authorization, Duration patience) {
    this.address = requireNonNull(address, "address");
    this.authorization = requireNonNull(authorization, "authorization");
    this.patience = requireNonNull(patience, "patience");
    // Redirects are not followed: records go where the operator said.
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(patience)
            .sslContext(requireNonNull(tls, "tls"))
            .build();
  }

  /**
   * Sends a body.
   *
   * @return that of the answer
   * @throws RefusedException if the answer is that this body is not wanted
   * @throws IOException also if the answer is none of success
   */
  byte[] post(String contentType, byte[] body, Map<String, String> headers) throws IOException {
    var request =
        HttpRequest.newBuilder(address)
            .timeout(patience)
            .header("content-type", contentType)
            .header("user-agent", "harrier-audit")
            .POST(BodyPublishers.ofByteArray(body));
    headers.forEach(request::header);
    authorization.ifPresent(text -> request.header("authorization", text));
    try {
      var answer =
          client.send(
              request.build(), BodyHandlers.limiting(BodyHandlers.ofByteArray(), ANSWER_BYTES_MAX));
      if (answer.statusCode() < OK_FROM || answer.statusCode() >= OK_BELOW) {
        var message =
            "The receiver answers with %s: expected one of success.".formatted(answer.statusCode());
        throw UNWANTED.contains(answer.statusCode())
            ? new RefusedException(message)
            : new IOException(message);
      }
      return answer.body();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while a receiver answers.", e);
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
