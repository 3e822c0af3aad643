package dev.harrier.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.harrier.runtime.process.folder.TaskUser;
import dev.harrier.runtime.process.sandbox.Walls;
import dev.harrier.spi.AttemptId;
import dev.harrier.spi.Failure;
import dev.harrier.spi.Observation;
import dev.harrier.spi.Rejection;
import dev.harrier.spi.StoreUnavailableException;
import flyteidl.core.Errors.ContainerError;
import flyteidl.core.Errors.ErrorDocument;
import flyteidl.core.Tasks.TaskTemplate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** How secrets reach a task and what is left of them, whatever stands around it. */
@Tag("python")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class SecretDelivery {
  private static final String CANARY = "canary-" + UUID.randomUUID();
  private static final AttemptSecrets.Found FOUND =
      new AttemptSecrets.Found(
          Map.of("_FSEC_WAREHOUSE_USER", CANARY + "-user"),
          Map.of("warehouse/password", CANARY + "-first\n" + CANARY + "-second\n"),
          Map.of("PASSWORD_FILE", "warehouse/password"));

  private final Walls walls;
  private final Workshop shop;

  SecretDelivery(Walls walls) throws IOException {
    this.walls = walls;
    var folder =
        Files.createDirectories(
            Path.of("target", "secrets", UUID.randomUUID().toString()).toAbsolutePath());
    this.shop = new Workshop(folder, settings -> settings.withUnwalledAllowed(true), walls);
  }

  @BeforeAll
  void give() {
    shop.secrets = start -> FOUND;
  }

  @AfterAll
  void close() {
    shop.close();
  }

  private Observation run(String name, String script) {
    shop.secrets = start -> FOUND;
    return shop.run(Workshop.attempt(name), task(script));
  }

  private static TaskTemplate task(String script) {
    return Workshop.shell(script);
  }

  @Test
  void a_task_finds_them_where_flytekit_looks() throws IOException {
    var end =
        run(
            "finds",
            """
            set -e
            test "$_FSEC_WAREHOUSE_USER" = "%1$s-user"
            test "$(cat $FLYTE_SECRETS_DEFAULT_DIR/warehouse/password)" = "%1$s-first
            %1$s-second"
            test "$PASSWORD_FILE" = "$FLYTE_SECRETS_DEFAULT_DIR/warehouse/password"
            test "$FLYTE_SECRETS_ENV_PREFIX" = _FSEC_
            stat -f -c %%T "$PASSWORD_FILE"
            stat -c %%a "$PASSWORD_FILE"
            """
                .formatted(CANARY));

    assertThat(end)
        .as(shop.log(Workshop.attempt("finds")))
        .isInstanceOf(Observation.Succeeded.class);
    assertThat(shop.log(Workshop.attempt("finds"))).isEqualTo("tmpfs\n400\n");
  }

  @Test
  void no_variable_of_a_task_or_its_caller_hides_one() {
    shop.secrets = start -> FOUND;
    var task =
        Workshop.withEnvironment(
            task("test \"$_FSEC_WAREHOUSE_USER\" = '%s-user'".formatted(CANARY)),
            Map.of("_FSEC_WAREHOUSE_USER", "planted", "FLYTE_SECRETS_DEFAULT_DIR", "/planted"));

    assertThat(shop.run(Workshop.attempt("hides"), task)).isInstanceOf(Observation.Succeeded.class);
  }

  @Test
  void nothing_of_them_is_left() throws Exception {
    run("prints", "echo $_FSEC_WAREHOUSE_USER; cat $PASSWORD_FILE; echo it has ended");

    var log = shop.log(Workshop.attempt("prints"));
    assertThat(log).isEqualTo("***\n***it has ended\n");
    assertThat(holders(shop.home)).isEmpty();
    assertThat(holders(SecretMemory.open(shop.home.resolve("process"), TaskUser.SERVER).folder()))
        .isEmpty();
    assertThat(holders(shop.home.resolveSibling("blobs"))).isEmpty();
  }

  @Test
  void what_a_task_prints_in_pieces_is_covered_too() throws Exception {
    run(
        "pieces",
        "printf 'it is %s' ${_FSEC_WAREHOUSE_USER%???????}; sleep 0.3; printf %s \"-u\"; sleep 0.3;"
            + " echo ser");

    assertThat(shop.log(Workshop.attempt("pieces")))
        .doesNotContain(CANARY + "-user")
        .contains("it is ");
  }

  @Test
  void the_error_that_a_task_leaves_is_covered() throws Exception {
    var id = Workshop.attempt("raises");
    var error =
        ErrorDocument.newBuilder()
            .setError(
                ContainerError.newBuilder()
                    .setCode("USER:ValueError")
                    .setMessage("cannot log in with " + CANARY + "-user"))
            .build();
    var script = folder(id) + "; base64 -d > $out/error.pb <<E\n" + base64(error.toByteString());

    run("raises", "out=" + script + "\nE\nexit 1");

    var left = shop.output(id, "error.pb").orElseThrow();
    assertThat(ErrorDocument.parseFrom(left).getError().getMessage())
        .startsWith("cannot log in with ****")
        .hasSameSizeAs(error.getError().getMessage())
        .doesNotContain(CANARY);
  }

  private String folder(AttemptId id) {
    var uri = shop.start(id, task("")).locations().outputPrefix();
    return "'" + shop.blobs.uri(uri) + "'";
  }

  private static String base64(ByteString bytes) {
    return java.util.Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  @Test
  void what_was_aborted_leaves_nothing_either() throws Exception {
    shop.secrets = start -> FOUND;
    var id = Workshop.attempt("aborted");
    shop.runtime.start(shop.start(id, task("sleep 600")));
    shop.observed.await(id, Observation.Started.class);

    shop.runtime.abort(id, 1, "enough");
    shop.runtime.acknowledge(id);

    var memory = SecretMemory.open(shop.home.resolve("process"), TaskUser.SERVER).folder();
    Processes.await(() -> holders(memory).isEmpty() && holders(shop.home).isEmpty());
  }

  @Test
  void a_missing_one_fails_the_task_before_it_runs() throws IOException {
    shop.secrets =
        start -> {
          throw Rejection.notFound("The task asks for the secret 'warehouse/password': none.");
        };

    var end = shop.fail(Workshop.attempt("missing"), task("echo it ran"));

    assertThat(end.failure())
        .isEqualTo(
            Failure.user(
                "SecretNotAvailable", "The task asks for the secret 'warehouse/password': none."));
    assertThat(shop.log(Workshop.attempt("missing"))).isEmpty();
  }

  @Test
  void a_source_that_does_not_answer_is_the_platforms_failure_and_tried_again() {
    shop.secrets =
        start -> {
          throw new StoreUnavailableException("the vault is sealed", new IOException());
        };

    var end = shop.fail(Workshop.attempt("sealed"), task("echo it ran"));

    assertThat(end.failure())
        .isEqualTo(Failure.system("SecretsUnavailable", "the vault is sealed"));
  }

  /** The files that hold a secret, or part of one. */
  private static List<Path> holders(Path folder) {
    var found = new ArrayList<Path>();
    try (var files = Files.walk(folder)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        var bytes = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
        if (new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1).contains(CANARY)) {
          found.add(file);
        }
      }
    } catch (java.io.UncheckedIOException | IOException gone) {
      // Something went while it was looked at: the next look tells.
      return List.of(folder);
    }
    return found;
  }

  @Override
  public String toString() {
    return walls.toString();
  }
}
