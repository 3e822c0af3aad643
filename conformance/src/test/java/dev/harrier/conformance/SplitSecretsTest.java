package dev.harrier.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import com.linecorp.armeria.client.grpc.GrpcClients;
import dev.harrier.idl.journal.v1.Attempt;
import dev.harrier.idl.journal.v1.AttemptServiceGrpc.AttemptServiceBlockingStub;
import dev.harrier.idl.journal.v1.CreateTokenRequest;
import dev.harrier.idl.journal.v1.GetSecretRequest;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.Wire;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Secrets and tokens that cross the internal port: a task of unmodified flytekit gets its own from
 * admin's store through its propeller, and a propeller that asks for others' gets none.
 */
@Tag("python")
final class SplitSecretsTest {
  private static final String PROJECT = "flytesnacks";
  private static final String DOMAIN = "development";
  private static final String VERSION = "split";
  private static final String PASSWORD = "canary-" + UUID.randomUUID();
  private static final String OTHER_PASSWORD = "canary-" + UUID.randomUUID();
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** Asks a source that is not there, as a mount that is late. */
  private static final String ELSEWHERE = "flytetester";

  private static Path folder;
  private static Harrier harrier;
  private static Executions executions;

  @BeforeAll
  static void start() throws IOException {
    folder = Files.createTempDirectory("hr");
    var home =
        Files.createDirectory(
            folder.resolve("home"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Files.writeString(
        home.resolve("config.yaml"),
        """
        secrets:
          sources:
            - {name: team-mount, kind: files, folder: %s, projects: [%s]}
            - kind: stored
        """
            .formatted(folder.resolve("not-there"), ELSEWHERE));
    harrier = Harrier.startSplit(folder, List.of());
    executions = new Executions(harrier.api(), PROJECT, DOMAIN, VERSION);
    put("password", PASSWORD);
    put("other", OTHER_PASSWORD);
    new Clients(harrier)
        .register(folder, PROJECT, DOMAIN, VERSION, Places.workflows().resolve("secrets.py"))
        .succeeded();
  }

  @AfterAll
  static void stop() {
    harrier.close();
    SharedHarrier.deleteAll(folder);
  }

  private static void put(String key, String value) throws IOException {
    var file = Files.writeString(folder.resolve("value"), value);
    var words = List.of("put", "warehouse", key, "--file", file.toString(), "--project", PROJECT);
    var unused = harrier("secret", words).succeeded();
    Files.delete(file);
  }

  private static Ran harrier(String command, List<String> words) {
    var line = new ArrayList<>(Places.server());
    line.addAll(List.of(command, words.getFirst(), "--home", harrier.home().toString()));
    line.addAll(words.subList(1, words.size()));
    return Ran.of(folder, Map.of(), line);
  }

  @Test
  void a_task_on_the_propeller_reads_the_secret_that_admin_keeps() throws Exception {
    var run = executions.start("workflows.secrets.digest_it", Map.of()).succeeded();

    var digest = MessageDigest.getInstance("SHA-256").digest(PASSWORD.getBytes(UTF_8));
    assertThat(run.string("o0")).isEqualTo(HexFormat.of().formatHex(digest));
    try (var files = Files.walk(harrier.propeller().home())) {
      assertThat(files.filter(Files::isRegularFile).filter(SplitSecretsTest::holdsAValue))
          .isEmpty();
    }
    assertThat(harrier.propeller().output()).doesNotContain(PASSWORD);
  }

  @Test
  void secrets_and_tokens_go_to_whoever_holds_the_attempt_and_for_what_it_asks_alone()
      throws Exception {
    var run = executions.start("workflows.secrets.hold_it", Map.of("seconds", Json.number(120)));
    Patience.awaitTrue(
        "the attempt to run", LIMIT, () -> run.attemptPhases("n0").equals(List.of("RUNNING")));
    var holder = attempts(Split.CLIENT, Files.readString(harrier.propeller().secretFile()));
    var added = harrier("client", List.of("add", Split.OTHER_CLIENT)).succeeded().output();
    var stranger = attempts(Split.OTHER_CLIENT, added.strip());

    // What the others are refused is there, for the one that holds the shard.
    assertThat(holder.getSecret(secret(run, 0, "password")).getValue()).isEqualTo(PASSWORD);
    assertThat(holder.createToken(token(run, 0)).getToken()).isNotEmpty();

    assertThat(refusal(() -> stranger.getSecret(secret(run, 0, "password"))))
        .startsWith("ABORTED: Shard ")
        .endsWith(" is not of the propeller that calls.");
    assertThat(refusal(() -> stranger.createToken(token(run, 0)))).startsWith("ABORTED: Shard ");
    assertThat(refusal(() -> holder.getSecret(secret(run, 1, "password"))))
        .startsWith("FAILED_PRECONDITION: ")
        .endsWith(" it does not run");
    assertThat(refusal(() -> holder.createToken(token(run, 1))))
        .startsWith("FAILED_PRECONDITION: ");
    assertThat(refusal(() -> holder.getSecret(secret(run, 0, "other"))))
        .startsWith("PERMISSION_DENIED: No task of the workflow of ");

    run.terminate("seen").ok();
    assertThat(run.awaitEnd().phase()).isEqualTo("ABORTED");
    Patience.awaitTrue(
        "the attempt to be over",
        LIMIT,
        () ->
            refusal(() -> holder.getSecret(secret(run, 0, "password")))
                .startsWith("FAILED_PRECONDITION: "));
    assertThat(harrier.output()).contains("AttemptService/GetSecret").doesNotContain("canary-");
  }

  @Test
  void one_that_cannot_be_had_fails_the_task_with_the_sentence_that_one_process_has() {
    var project = Json.object("project", Json.object("id", ELSEWHERE, "name", ELSEWHERE));
    var unused = harrier.api().post("/api/v1/projects", project).ok();
    new Clients(harrier)
        .register(folder, ELSEWHERE, DOMAIN, VERSION, Places.workflows().resolve("secrets.py"))
        .succeeded();
    var there = new Executions(harrier.api(), ELSEWHERE, DOMAIN, VERSION);

    var end = there.start("workflows.secrets.print_it", Map.of()).awaitEnd();

    assertThat(end.kind()).isEqualTo("SYSTEM");
    assertThat(end.code()).isEqualTo("RetriesExhausted|SecretsUnavailable");
    assertThat(end.message())
        .contains(
            "The secret 'warehouse/password' cannot be had now: its source 'team-mount' does not"
                + " give it. Whoever operates this installation finds why in the server's log.")
        .doesNotContain("not-there");
    assertThat(harrier.output()).contains("its folder " + folder.resolve("not-there"));
    assertThat(harrier.propeller().output()).doesNotContain("not-there");
  }

  @Test
  void one_that_there_is_none_of_fails_the_task_with_its_name() {
    var end = executions.start("workflows.secrets.ask_for_a_missing_one", Map.of()).awaitEnd();

    assertThat(end.code()).isEqualTo("SecretNotAvailable");
    assertThat(end.message())
        .contains("the secret 'nobody/kept.this': there is none for project 'flytesnacks'");
  }

  private static GetSecretRequest secret(Run run, int number, String key) {
    return GetSecretRequest.newBuilder()
        .setAttempt(attempt(run, number))
        .setGroup("warehouse")
        .setKey(key)
        .build();
  }

  private static CreateTokenRequest token(Run run, int number) {
    return CreateTokenRequest.newBuilder()
        .setAttempt(attempt(run, number))
        .setLifetime(com.google.protobuf.Duration.newBuilder().setSeconds(60))
        .build();
  }

  private static Attempt attempt(Run run, int number) {
    return Attempt.newBuilder()
        .setExecution(Wire.identifier(new ExecutionId(PROJECT, DOMAIN, run.name())))
        .setNodePath("n0")
        .setNumber(number)
        .build();
  }

  private static String refusal(Supplier<?> call) {
    try {
      return "answered: " + call.get();
    } catch (StatusRuntimeException refused) {
      return String.valueOf(refused.getMessage());
    }
  }

  /** What a propeller calls, with the credentials of a client. */
  private static AttemptServiceBlockingStub attempts(String client, String secret)
      throws IOException, InterruptedException {
    var headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
        "Bearer " + token(client, secret.strip()));
    return GrpcClients.builder("gproto+" + internal())
        .intercept(MetadataUtils.newAttachHeadersInterceptor(headers))
        .build(AttemptServiceBlockingStub.class);
  }

  private static String token(String client, String secret)
      throws IOException, InterruptedException {
    var basic = Base64.getEncoder().encodeToString((client + ":" + secret).getBytes(UTF_8));
    var request =
        HttpRequest.newBuilder(internal().resolve("/oauth2/token"))
            .header("authorization", "Basic " + basic)
            .header("content-type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString("grant_type=client_credentials&scope=all"))
            .build();
    try (var http = HttpClient.newHttpClient()) {
      var answer = http.send(request, BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      return JsonParser.parseString(answer.body())
          .getAsJsonObject()
          .get("access_token")
          .getAsString();
    }
  }

  private static URI internal() {
    return URI.create("http://localhost:" + harrier.propeller().internalPort());
  }

  private static boolean holdsAValue(Path file) {
    try {
      return Files.isReadable(file)
          && new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1)
              .contains(PASSWORD);
    } catch (IOException gone) {
      return false;
    }
  }
}
