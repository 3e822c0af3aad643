package dev.harrier.secrets.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.harrier.secrets.FirstUse;
import dev.harrier.secrets.ServiceUnavailableException;
import dev.harrier.security.WebAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * One service at one address. What it answers to an overload, and what gets lost, is asked again a
 * few times; after that whoever asked hears of it.
 */
public final class HttpService implements AutoCloseable {
  /** What a call may take, from the first byte sent to the last one read. */
  private static final Duration CALL_MAX = Duration.ofSeconds(10);

  private static final int TRIES_MAX = 3;
  private static final Duration PAUSE_FIRST = Duration.ofMillis(200);
  private static final Duration PAUSE_MAX = Duration.ofSeconds(2);

  /** Far beyond the largest secret, since a service may wrap it: its size is told, not cut. */
  private static final int BODY_BYTES_MAX = 4 << 20;

  private static final Set<Integer> AGAIN = Set.of(408, 412, 429, 500, 502, 503, 504);

  private final URI base;
  private final Optional<Path> caFile;
  private final FirstUse<HttpClient> client;

  /**
   * @param base without a slash at its end
   * @param caFile of certificates in PEM, trusted instead of the system's
   */
  public HttpService(URI base, Optional<Path> caFile) {
    this.base = requireNonNull(base, "base");
    this.caFile = requireNonNull(caFile, "caFile");
    this.client = new FirstUse<>(this::made, HttpClient::shutdownNow);
  }

  /**
   * An address of a service as an operator writes it.
   *
   * @throws IllegalArgumentException for one that others could listen to
   */
  public static URI address(String text) {
    var trimmed = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    URI address;
    try {
      address = URI.create(trimmed);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("expected an address such as https://host:port", e);
    }
    if (!WebAddress.safe(address)
        || address.getRawQuery() != null
        || address.getRawFragment() != null) {
      throw new IllegalArgumentException(
          "expected an address with https (http only on loopback) and without a user, a query or a"
              + " fragment");
    }
    return address;
  }

  /** Each segment between slashes as it must be within an address. */
  public static String path(String path) {
    return java.util.Arrays.stream(path.split("/", -1))
        .map(HttpService::encoded)
        .collect(Collectors.joining("/"));
  }

  /** Text as it must be within an address. */
  public static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8).replace("+", "%20");
  }

  /** Text of a form. */
  public static String form(Map<String, String> fields) {
    return fields.entrySet().stream()
        .map(one -> encoded(one.getKey()) + "=" + encoded(one.getValue()))
        .collect(Collectors.joining("&"));
  }

  /** Asks for what is at a path that is encoded already. */
  public Reply get(String path, Map<String, String> headers) throws ServiceUnavailableException {
    return tried(request(path, headers).GET());
  }

  /** Sends a text; only what may be done twice. */
  public Reply post(String path, Map<String, String> headers, String type, String body)
      throws ServiceUnavailableException {
    return tried(
        request(path, headers)
            .header("content-type", type)
            .POST(BodyPublishers.ofString(body, UTF_8)));
  }

  private HttpRequest.Builder request(String path, Map<String, String> headers)
      throws ServiceUnavailableException {
    try {
      var request =
          HttpRequest.newBuilder(URI.create(base + path))
              .timeout(CALL_MAX)
              .header("accept", "application/json");
      headers.forEach(request::header);
      return request;
    } catch (IllegalArgumentException e) {
      // It would quote the header, which may be a token.
      throw new ServiceUnavailableException(
          "cannot be asked: its login holds letters that no header can hold");
    }
  }

  private Reply tried(HttpRequest.Builder request) throws ServiceUnavailableException {
    var built = request.build();
    for (var tries = 1; ; tries++) {
      Optional<String> lost;
      try {
        var answer = once(built);
        if (!AGAIN.contains(answer.statusCode()) || tries == TRIES_MAX) {
          return new Reply(answer.statusCode(), answer.body());
        }
        lost = answer.headers().firstValue("retry-after");
      } catch (ServiceUnavailableException e) {
        if (tries == TRIES_MAX) {
          throw e;
        }
        lost = Optional.empty();
      }
      pause(tries, lost);
    }
  }

  private HttpResponse<String> once(HttpRequest request) throws ServiceUnavailableException {
    var coming =
        client
            .get()
            .sendAsync(
                request, BodyHandlers.limiting(BodyHandlers.ofString(UTF_8), BODY_BYTES_MAX));
    try {
      return coming.get(CALL_MAX.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      coming.cancel(true);
      throw new ServiceUnavailableException(
          "did not answer within %s s at %s".formatted(CALL_MAX.toSeconds(), base));
    } catch (ExecutionException e) {
      var why = e.getCause() == null ? e : e.getCause();
      throw new ServiceUnavailableException(
          "did not answer at %s (%s)".formatted(base, why.getClass().getSimpleName()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServiceUnavailableException("was not waited for: this server stops");
    }
  }

  private static void pause(int tries, Optional<String> retryAfter)
      throws ServiceUnavailableException {
    var wait =
        retryAfter
            .filter(text -> text.matches("\\d{1,6}"))
            .map(text -> Duration.ofSeconds(Long.parseLong(text)))
            .orElse(PAUSE_FIRST.multipliedBy(1L << tries));
    var millis = Math.min(wait.toMillis(), PAUSE_MAX.toMillis());
    try {
      // Not all at the same moment who were refused together.
      Thread.sleep(millis / 2 + ThreadLocalRandom.current().nextLong(millis / 2 + 1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServiceUnavailableException("was not waited for: this server stops");
    }
  }

  private HttpClient made() throws ServiceUnavailableException {
    var builder =
        HttpClient.newBuilder().connectTimeout(CALL_MAX).followRedirects(HttpClient.Redirect.NEVER);
    if (caFile.isPresent()) {
      builder.sslContext(TrustFile.context(caFile.get()));
    }
    return builder.build();
  }

  @Override
  public void close() {
    client.close();
  }
}
