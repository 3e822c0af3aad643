package dev.harrier.secrets.vault;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.harrier.secrets.Programs;
import dev.harrier.secrets.SecretFile;
import dev.harrier.secrets.TestCertificate;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A real Vault, built from its Go module: initialized, unsealed, with a store of each kind, a
 * transit engine, and logins by AppRole and by token. Everything it keeps is in its memory.
 */
public final class TestVault implements AutoCloseable {
  private static final String POLICY =
      """
      path "kv2/data/tasks/*" { capabilities = ["read"] }
      path "kv1/tasks/*" { capabilities = ["read"] }
      path "transit/encrypt/harrier" { capabilities = ["update"] }
      path "transit/decrypt/harrier" { capabilities = ["update"] }
      path "transit/keys/harrier" { capabilities = ["read"] }
      """;

  private final Process process;
  private final URI address;
  private final Optional<Path> authority;
  private final HttpClient client;
  private final String rootToken;
  private final String unsealKey;

  private TestVault(Process process, URI address, Optional<TestCertificate> certificate)
      throws IOException, GeneralSecurityException {
    this.process = process;
    this.address = address;
    this.authority = certificate.map(TestCertificate::certificateFile);
    this.client = client(certificate);
    var opened = ask("PUT", "sys/init", "{\"secret_shares\": 1, \"secret_threshold\": 1}", "");
    this.rootToken = opened.get("root_token").getAsString();
    this.unsealKey = opened.getAsJsonArray("keys").get(0).getAsString();
    unseal();
  }

  /** Starts one on loopback, with TLS. */
  public static TestVault startWithTls(Path folder) throws IOException, GeneralSecurityException {
    return start(Optional.of(TestCertificate.make(folder)));
  }

  /** Starts one on loopback, without TLS. */
  public static TestVault start() throws IOException, GeneralSecurityException {
    return start(Optional.empty());
  }

  private static TestVault start(Optional<TestCertificate> certificate)
      throws IOException, GeneralSecurityException {
    var line = new ArrayList<>(List.of(Programs.goTool("vault").toString(), "127.0.0.1:0"));
    certificate.ifPresent(
        one -> {
          line.add(one.certificateFile().toString());
          line.add(one.keyFile().toString());
        });
    var process = new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    var listening =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))
            .readLine();
    var address = (certificate.isPresent() ? "https://" : "http://") + listening;
    var vault = new TestVault(process, URI.create(address), certificate);
    vault.prepare();
    return vault;
  }

  private void prepare() {
    administer("sys/mounts/kv2", "{\"type\": \"kv\", \"options\": {\"version\": \"2\"}}");
    administer("sys/mounts/kv1", "{\"type\": \"kv\", \"options\": {\"version\": \"1\"}}");
    administer("sys/mounts/transit", "{\"type\": \"transit\"}");
    administer("transit/keys/harrier", "{\"type\": \"aes256-gcm96\"}");
    var policy = new JsonObject();
    policy.addProperty("policy", POLICY);
    administer("sys/policies/acl/harrier", policy.toString());
    administer("sys/auth/approle", "{\"type\": \"approle\"}");
    administer(
        "auth/approle/role/harrier", "{\"token_policies\": [\"harrier\"], \"token_ttl\": \"1h\"}");
    awaitSecondStore();
  }

  // The second store is not ready at once: it moves what a first one would have left.
  private void awaitSecondStore() {
    for (var tries = 0; tries < 200; tries++) {
      if (status("POST", "kv2/data/ready", "{\"data\": {\"a\": \"b\"}}") < 300) {
        return;
      }
      Thread.onSpinWait();
    }
    throw new AssertionError("The key-value store of Vault is not ready");
  }

  /** Where it listens. */
  public URI address() {
    return address;
  }

  /** Whom its clients must trust, if it speaks TLS. */
  public Optional<Path> authorityFile() {
    return authority;
  }

  /** A role of AppRole that may read the secrets of tasks. */
  public String roleId() {
    return data(get("auth/approle/role/harrier/role-id")).get("role_id").getAsString();
  }

  /** Writes a new secret id of that role into a file of mode 0600. */
  public Path secretIdFile(Path file) throws IOException {
    var made = administer("auth/approle/role/harrier/secret-id", "{}");
    return SecretFile.write(file, data(made).get("secret_id").getAsString());
  }

  /** Writes a new token that may read the secrets of tasks into a file of mode 0600. */
  public Path tokenFile(Path file, String ttl) throws IOException {
    var body = new JsonObject();
    var policies = new JsonArray();
    policies.add("harrier");
    body.add("policies", policies);
    body.addProperty("ttl", ttl);
    body.addProperty("period", ttl);
    var made = administer("auth/token/create", body.toString());
    return SecretFile.write(file, made.getAsJsonObject("auth").get("client_token").getAsString());
  }

  /** Puts a field into the second store, beside those that are there. */
  public void putSecond(String path, String key, String value) {
    var fields =
        status("GET", "kv2/data/" + path, "") == 200
            ? data(get("kv2/data/" + path)).getAsJsonObject("data")
            : new JsonObject();
    fields.add(key, new JsonPrimitive(value));
    var body = new JsonObject();
    body.add("data", fields);
    administer("kv2/data/" + path, body.toString());
  }

  /** Puts a field into the first store, beside those that are there. */
  public void putFirst(String path, String key, String value) {
    var fields =
        status("GET", "kv1/" + path, "") == 200 ? data(get("kv1/" + path)) : new JsonObject();
    fields.add(key, new JsonPrimitive(value));
    administer("kv1/" + path, fields.toString());
  }

  /** Ends all tokens that a way to log in gave. */
  public void revokeAll(String login) {
    administer("sys/leases/revoke-force/" + login, "{}");
  }

  /** Seals it: it serves nobody until it is unsealed. */
  public void seal() {
    administer("sys/seal", "{}");
  }

  /** Opens it. */
  public void unseal() {
    var unused = ask("PUT", "sys/unseal", "{\"key\": \"" + unsealKey + "\"}", "");
  }

  /** Does what only the root token may. */
  public JsonObject administer(String path, String body) {
    return ask("POST", path, body, rootToken);
  }

  private JsonObject get(String path) {
    return ask("GET", path, "", rootToken);
  }

  private static JsonObject data(JsonObject answer) {
    return answer.getAsJsonObject("data");
  }

  private int status(String method, String path, String body) {
    return sent(method, path, body, rootToken).statusCode();
  }

  private JsonObject ask(String method, String path, String body, String token) {
    var answer = sent(method, path, body, token);
    if (answer.statusCode() >= 300) {
      throw new AssertionError(
          "Vault answered %s to %s: %s".formatted(answer.statusCode(), path, answer.body()));
    }
    return answer.body().isEmpty()
        ? new JsonObject()
        : JsonParser.parseString(answer.body()).getAsJsonObject();
  }

  private java.net.http.HttpResponse<String> sent(
      String method, String path, String body, String token) {
    try {
      var request =
          HttpRequest.newBuilder(URI.create(address + "/v1/" + path))
              .method(method, BodyPublishers.ofString(body));
      if (!token.isEmpty()) {
        request.header("X-Vault-Token", token);
      }
      return client.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError("Vault did not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("Interrupted while asking Vault", e);
    }
  }

  private static HttpClient client(Optional<TestCertificate> certificate)
      throws GeneralSecurityException {
    return certificate.isEmpty() ? HttpClient.newHttpClient() : certificate.get().client();
  }

  @Override
  public void close() {
    client.close();
    Programs.end(process);
  }
}
