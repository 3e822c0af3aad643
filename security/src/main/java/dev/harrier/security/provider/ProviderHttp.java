package dev.harrier.security.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.util.JSONObjectUtils;
import dev.harrier.security.Secret;
import dev.harrier.security.WebAddress;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.text.ParseException;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * Asks a provider over HTTP: no redirect is followed, no answer over a limit is read, and none is
 * waited for longer than a limit, from the first byte sent to the last one read.
 */
final class ProviderHttp implements AutoCloseable {
  private static final int BODY_BYTES_MAX = 1024 * 1024;
  private static final String FORM = "application/x-www-form-urlencoded";

  private final Duration limit;
  private final HttpClient client;

  ProviderHttp(Duration limit) {
    this.limit = limit;
    this.client =
        HttpClient.newBuilder()
            .connectTimeout(limit)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  /**
   * A JSON object, with the status that came with it.
   *
   * @param body of an answer that is none: empty
   */
  record Answer(int status, Map<String, Object> body) {}

  Answer get(URI address) throws IOException {
    return ask(address, HttpRequest.newBuilder().GET());
  }

  /**
   * Sends a form.
   *
   * @param basic name and secret for the header
   */
  Answer post(URI address, Map<String, String> form, Optional<Map.Entry<String, Secret>> basic)
      throws IOException {
    var text =
        form.entrySet().stream()
            .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
            .collect(Collectors.joining("&"));
    var request =
        HttpRequest.newBuilder()
            .header("content-type", FORM)
            .POST(HttpRequest.BodyPublishers.ofString(text));
    basic.ifPresent(
        one -> {
          // Both halves are form-encoded before they are joined (RFC 6749, section 2.3.1).
          var pair = encoded(one.getKey()) + ":" + encoded(one.getValue().reveal());
          request.header(
              "authorization", "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8)));
        });
    return ask(address, request);
  }

  private Answer ask(URI address, HttpRequest.Builder request) throws IOException {
    // An address of the provider's own metadata is held to what the operator's was.
    if (!WebAddress.safe(address)) {
      throw new IOException("it names an address without TLS: " + address);
    }
    var asked = request.uri(address).header("accept", "application/json").timeout(limit).build();
    var coming =
        client.sendAsync(asked, BodyHandlers.limiting(BodyHandlers.ofString(), BODY_BYTES_MAX));
    try {
      return read(coming.get(limit.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      // The request's own limit ends with the headers; a body that trickles has this one.
      coming.cancel(true);
      throw new IOException("it took longer than %s s".formatted(limit.toSeconds()), e);
    } catch (ExecutionException e) {
      var why = e.getCause() == null ? e : e.getCause();
      throw new IOException(
          "it did not answer (%s)".formatted(why.getClass().getSimpleName()), why);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("this server stops", e);
    }
  }

  private static Answer read(HttpResponse<String> answer) throws IOException {
    try {
      return new Answer(answer.statusCode(), JSONObjectUtils.parse(answer.body()));
    } catch (ParseException | IllegalArgumentException | IllegalStateException e) {
      // Not the cause: it quotes the answer, which may be a token.
      throw new IOException(
          "it answered status %s and no JSON object".formatted(answer.statusCode()));
    }
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
