package dev.harrier.conformance;

import static java.util.Objects.requireNonNull;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/** The API as anybody reaches it with curl: JSON over HTTP, and a bearer token. */
final class Api {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Harrier harrier;
  private final HttpClient client;
  private Optional<String> token = Optional.empty();

  Api(Harrier harrier) {
    this.harrier = requireNonNull(harrier, "harrier");
    this.client =
        "https".equals(harrier.url().getScheme())
            ? HttpClient.newBuilder().sslContext(Trust.in(harrier.authorityFile())).build()
            : HttpClient.newHttpClient();
  }

  /** An answer of any sort. */
  record Answer(int status, String text) {
    JsonObject json() {
      return JsonParser.parseString(text).getAsJsonObject();
    }

    /** The sentence of a refusal. */
    String message() {
      return json().get("message").getAsString();
    }

    /** The gRPC code of a refusal. */
    int code() {
      return json().get("code").getAsInt();
    }

    JsonObject ok() {
      if (status != 200) {
        throw new AssertionError("expected status 200, found %s: %s".formatted(status, text));
      }
      return json();
    }
  }

  Answer get(String path) {
    return send(request(path).GET());
  }

  Answer post(String path, JsonObject body) {
    return post(path, body.toString());
  }

  Answer post(String path, String body) {
    return send(request(path).POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  Answer put(String path, JsonObject body) {
    return send(request(path).PUT(HttpRequest.BodyPublishers.ofString(body.toString())));
  }

  Answer delete(String path, JsonObject body) {
    return send(
        request(path).method("DELETE", HttpRequest.BodyPublishers.ofString(body.toString())));
  }

  /** All calls with that token, whoever's it is. */
  static Api as(Harrier harrier, String token) {
    var api = new Api(harrier);
    api.token = Optional.of(token);
    return api;
  }

  /** A call with another token, or none if that is empty. */
  Answer getAs(String path, Optional<String> bearer) {
    var request = HttpRequest.newBuilder(harrier.url().resolve(path)).timeout(LIMIT);
    bearer.ifPresent(text -> request.header("authorization", "Bearer " + text));
    return send(request.GET());
  }

  private HttpRequest.Builder request(String path) {
    if (token.isEmpty()) {
      token = Optional.of(harrier.token());
    }
    return HttpRequest.newBuilder(resolve(path))
        .timeout(LIMIT)
        .header("authorization", "Bearer " + token.get())
        .header("content-type", "application/json");
  }

  private URI resolve(String path) {
    return harrier.url().resolve(path);
  }

  private Answer send(HttpRequest.Builder request) {
    try {
      var answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return new Answer(answer.statusCode(), answer.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("Interrupted while calling the server", e);
    }
  }
}
