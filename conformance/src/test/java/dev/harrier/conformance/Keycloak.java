package dev.harrier.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A real Keycloak with the realm of these tests, as its Maven distribution starts it. */
final class Keycloak implements AutoCloseable {
  static final String PASSWORD = "a long enough password";
  static final String SECRET = "the-secret-of-the-clients";
  private static final String ADMINISTRATOR = "operator";
  private static final Duration START_LIMIT = Duration.ofMinutes(5);

  private final HttpClient client = HttpClient.newHttpClient();
  private final Path distribution;
  private final Path output;
  private final int port;
  private Process process;

  private Keycloak(Path distribution, Path output, int port, Process process) {
    this.distribution = distribution;
    this.output = output;
    this.port = port;
    this.process = process;
  }

  /** A port that is free: the other side must know it first. */
  static int freePort() {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String issuer(int port) {
    return "http://localhost:" + port + "/realms/flyte";
  }

  /**
   * Starts it and waits until its realm answers.
   *
   * @param harrier whose browsers it lets come back
   */
  static Keycloak start(Path folder, int port, URI harrier) {
    var distribution = Places.project().resolve("conformance/target/keycloak");
    try (var found = Files.list(distribution)) {
      var home = found.filter(Files::isDirectory).findFirst().orElseThrow();
      var realm =
          Files.readString(Places.project().resolve("conformance/src/test/keycloak/realm.json"))
              .replace("@PASSWORD@", PASSWORD)
              .replace("@SECRET@", SECRET)
              .replace("@HARRIER@", harrier.toString());
      SharedHarrier.deleteAll(Files.createDirectories(home.resolve("data")));
      Files.createDirectories(home.resolve("data/import"));
      Files.writeString(home.resolve("data/import/realm.json"), realm);
      var output = folder.resolve("keycloak.txt");
      var keycloak = new Keycloak(home, output, port, launch(home, output, port));
      Patience.await(
          "Keycloak's realm; it wrote to " + output,
          START_LIMIT,
          () -> keycloak.answers() ? java.util.Optional.of(true) : java.util.Optional.empty());
      return keycloak;
    } catch (IOException e) {
      throw new UncheckedIOException("No Keycloak there: './build --keycloak' gets it", e);
    }
  }

  private static Process launch(Path home, Path output, int port) throws IOException {
    var builder =
        new ProcessBuilder(
                "sh",
                home.resolve("bin/kc.sh").toString(),
                "start-dev",
                "--http-host=127.0.0.1",
                "--http-port=" + port,
                "--import-realm")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("KC_BOOTSTRAP_ADMIN_USERNAME", ADMINISTRATOR);
    builder.environment().put("KC_BOOTSTRAP_ADMIN_PASSWORD", PASSWORD);
    return builder.start();
  }

  private boolean answers() {
    if (!process.isAlive()) {
      throw new AssertionError("Keycloak ended; it wrote to " + output);
    }
    try {
      return send(request("/realms/flyte").GET()).statusCode() == 200;
    } catch (UncheckedIOException e) {
      // It does not listen yet.
      return false;
    }
  }

  String issuer() {
    return issuer(port);
  }

  /** An access token of a client that has an account of its own. */
  String token(String clientId) {
    return text(
        post(
            "/realms/flyte/protocol/openid-connect/token",
            Map.of(
                "grant_type",
                "client_credentials",
                "client_id",
                clientId,
                "client_secret",
                SECRET)),
        "access_token");
  }

  /** Takes a user's right to log in away. */
  void disable(String username) {
    var users = administer("GET", "/users?exact=true&username=" + username, "").getAsJsonArray();
    var user = users.get(0).getAsJsonObject();
    user.addProperty("enabled", false);
    administer("PUT", "/users/" + user.get("id").getAsString(), user.toString());
  }

  /** Signs with another key from now on, and publishes the former one no more. */
  void rotateKey() {
    var before = keyProviders();
    administer(
        "POST",
        "/components",
        """
        {"name": "another", "providerId": "rsa-generated", "providerType": "org.keycloak.keys.KeyProvider",
         "config": {"priority": ["500"], "enabled": ["true"], "active": ["true"], "algorithm": ["RS256"]}}
        """);
    for (var one : before) {
      if (one.getAsJsonObject().get("providerId").getAsString().equals("rsa-generated")) {
        administer("DELETE", "/components/" + one.getAsJsonObject().get("id").getAsString(), "");
      }
    }
  }

  private JsonArray keyProviders() {
    return administer("GET", "/components?type=org.keycloak.keys.KeyProvider", "").getAsJsonArray();
  }

  private JsonElement administer(String method, String path, String body) {
    var token =
        text(
            post(
                "/realms/master/protocol/openid-connect/token",
                Map.of(
                    "grant_type",
                    "password",
                    "client_id",
                    "admin-cli",
                    "username",
                    ADMINISTRATOR,
                    "password",
                    PASSWORD)),
            "access_token");
    var answer =
        send(
            request("/admin/realms/flyte" + path)
                .header("authorization", "Bearer " + token)
                .header("content-type", "application/json")
                .method(method, BodyPublishers.ofString(body)));
    if (answer.statusCode() >= 300) {
      throw new AssertionError(
          "Keycloak answered %s to %s %s: %s"
              .formatted(answer.statusCode(), method, path, answer.body()));
    }
    return JsonParser.parseString(answer.body());
  }

  private JsonObject post(String path, Map<String, String> form) {
    var body =
        form.entrySet().stream()
            .map(one -> one.getKey() + "=" + URLEncoder.encode(one.getValue(), UTF_8))
            .collect(Collectors.joining("&"));
    var answer =
        send(
            request(path)
                .header("content-type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(body)));
    return JsonParser.parseString(answer.body()).getAsJsonObject();
  }

  private static String text(JsonObject object, String name) {
    if (!object.has(name)) {
      throw new AssertionError("expected '%s', found %s".formatted(name, object));
    }
    return object.get(name).getAsString();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
        .timeout(Duration.ofSeconds(30));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("Interrupted while asking Keycloak", e);
    }
  }

  /** Ends it, as an outage does. */
  void stop() {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    stop();
    client.close();
    SharedHarrier.deleteAll(distribution.resolve("data"));
  }
}
