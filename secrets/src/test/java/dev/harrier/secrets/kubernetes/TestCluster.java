package dev.harrier.secrets.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.harrier.secrets.Programs;
import dev.harrier.secrets.SecretFile;
import dev.harrier.secrets.TestCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;

/**
 * A real API server of Kubernetes, built from its Go module: over TLS, with service accounts and
 * RBAC, and nothing that runs on it.
 */
final class TestCluster implements AutoCloseable {
  private static final Duration READY_LIMIT = Duration.ofMinutes(2);
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;

  private final Process process;
  private final Path output;
  private final URI address;
  private final Path authorityFile;
  private final HttpClient client;
  private final String administrator;

  private TestCluster(
      Process process, Path output, int port, TestCertificate certificate, String administrator)
      throws GeneralSecurityException {
    this.process = process;
    this.output = output;
    this.address = URI.create("https://127.0.0.1:" + port);
    this.authorityFile = certificate.certificateFile();
    this.client = certificate.client();
    this.administrator = administrator;
  }

  /** Starts one on loopback and waits until it is ready; builds it at first. */
  static TestCluster start(Path folder) throws IOException, GeneralSecurityException {
    var certificate = TestCertificate.make(folder);
    var administrator = UUID.randomUUID().toString();
    var tokens =
        SecretFile.write(
            folder.resolve("tokens.csv"), administrator + ",admin,admin,system:masters");
    var port = freePort();
    var output = folder.resolve("kube.log");
    var process =
        new ProcessBuilder(
                Programs.goTool("kube").toString(),
                folder.resolve("etcd").toString(),
                "127.0.0.1:" + freePort(),
                "--bind-address=127.0.0.1",
                "--secure-port=" + port,
                "--endpoint-reconciler-type=none",
                "--service-cluster-ip-range=10.0.0.0/24",
                "--cert-dir=" + folder,
                "--tls-cert-file=" + certificate.certificateFile(),
                "--tls-private-key-file=" + certificate.keyFile(),
                "--token-auth-file=" + tokens,
                "--authorization-mode=RBAC",
                "--service-account-issuer=https://kubernetes.default.svc",
                "--service-account-key-file=" + certificate.keyFile(),
                "--service-account-signing-key-file=" + certificate.keyFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    var cluster = new TestCluster(process, output, port, certificate, administrator);
    cluster.awaitReady();
    return cluster;
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void awaitReady() throws IOException {
    var deadline = System.nanoTime() + READY_LIMIT.toNanos();
    while (!ready()) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        close();
        throw new AssertionError(
            "The API server was not ready in time:\n" + Files.readString(output));
      }
      LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
    }
  }

  private boolean ready() {
    try {
      return sent("GET", "/readyz", "application/json", "").statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  /** Where it listens. */
  URI address() {
    return address;
  }

  /** Whom its clients must trust. */
  Path authorityFile() {
    return authorityFile;
  }

  /** Makes a namespace, unless it is there. */
  void namespace(String name) {
    make("/api/v1/namespaces", named(name));
  }

  /** Makes a service account with its namespace. */
  void account(String namespace, String name) {
    namespace(namespace);
    make("/api/v1/namespaces/" + namespace + "/serviceaccounts", named(name));
  }

  /** A new token of a service account, as the kubelet asks for one. */
  String token(String namespace, String account) {
    var asked = new JsonObject();
    asked.add("spec", new JsonObject());
    var path = "/api/v1/namespaces/%s/serviceaccounts/%s/token".formatted(namespace, account);
    return done("POST", path, "application/json", asked)
        .getAsJsonObject("status")
        .get("token")
        .getAsString();
  }

  /** Lets a service account get Secrets in one namespace. */
  void letRead(String namespace, String account, String accountNamespace) {
    namespace(namespace);
    make(
        "/apis/rbac.authorization.k8s.io/v1/namespaces/" + namespace + "/rolebindings",
        binding(account, accountNamespace));
  }

  /** Lets a service account get Secrets everywhere. */
  void letReadAll(String account, String accountNamespace) {
    make(
        "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
        binding(account, accountNamespace));
  }

  private JsonObject binding(String account, String accountNamespace) {
    var role = named("gets-secrets");
    role.add(
        "rules",
        JsonParser.parseString(
            "[{\"apiGroups\": [\"\"], \"resources\": [\"secrets\"], \"verbs\": [\"get\"]}]"));
    make("/apis/rbac.authorization.k8s.io/v1/clusterroles", role);
    var binding = named("gets-secrets-" + account);
    binding.add(
        "roleRef",
        JsonParser.parseString(
            "{\"apiGroup\": \"rbac.authorization.k8s.io\", \"kind\": \"ClusterRole\", \"name\":"
                + " \"gets-secrets\"}"));
    var subject = new JsonObject();
    subject.addProperty("kind", "ServiceAccount");
    subject.addProperty("name", account);
    subject.addProperty("namespace", accountNamespace);
    var subjects = new JsonArray();
    subjects.add(subject);
    binding.add("subjects", subjects);
    return binding;
  }

  /** Puts a key into a Secret, beside those that it has. */
  void put(String namespace, String name, String key, String text) throws IOException {
    namespace(namespace);
    var secret = named(name);
    var data = new JsonObject();
    data.add(key, new JsonPrimitive(Base64.getEncoder().encodeToString(text.getBytes(UTF_8))));
    secret.add("data", data);
    var secrets = "/api/v1/namespaces/" + namespace + "/secrets";
    var patched =
        sent("PATCH", secrets + "/" + name, "application/merge-patch+json", secret.toString());
    if (patched.statusCode() == NOT_FOUND) {
      make(secrets, secret);
    }
  }

  /** Deletes what is at a path. */
  void delete(String path) {
    var unused = done("DELETE", path, "application/json", new JsonObject());
  }

  private static JsonObject named(String name) {
    var metadata = new JsonObject();
    metadata.addProperty("name", name);
    var thing = new JsonObject();
    thing.add("metadata", metadata);
    return thing;
  }

  private void make(String path, JsonObject thing) {
    var unused = done("POST", path, "application/json", thing);
  }

  private JsonObject done(String method, String path, String type, JsonObject body) {
    try {
      var answer = sent(method, path, type, body.toString());
      if (answer.statusCode() >= 300 && answer.statusCode() != CONFLICT) {
        throw new AssertionError(
            "Kubernetes answered %s to %s: %s".formatted(answer.statusCode(), path, answer.body()));
      }
      return JsonParser.parseString(answer.body()).getAsJsonObject();
    } catch (IOException e) {
      throw new AssertionError("Kubernetes did not answer", e);
    }
  }

  private HttpResponse<String> sent(String method, String path, String type, String body)
      throws IOException {
    var request =
        HttpRequest.newBuilder(address.resolve(path))
            .method(method, BodyPublishers.ofString(body))
            .header("authorization", "Bearer " + administrator)
            .header("content-type", type);
    try {
      return client.send(request.build(), BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("Interrupted while asking Kubernetes", e);
    }
  }

  @Override
  public void close() {
    client.close();
    Programs.end(process);
  }
}
