package dev.harrier.conformance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.harrier.conformance.SharedHarrier.World;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tasks of unmodified flytekit ask for secrets that {@code harrier secret} keeps. */
@Tag("python")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(SharedHarrier.class)
final class SecretsTest {
  private static final String CANARY = "canary-" + UUID.randomUUID();
  private static final String PASSWORD = CANARY + "-password";

  private final World world;

  SecretsTest(World world) {
    this.world = world;
  }

  @BeforeAll
  void keep() throws IOException {
    put("warehouse", "password", PASSWORD, "--project", World.PROJECT);
    put("warehouse", "user", CANARY + "-of-production", "--project", World.PROJECT);
    put(
        "warehouse",
        "user",
        CANARY + "-user",
        "--project",
        World.PROJECT,
        "--domain",
        World.DOMAIN);
    put("warehouse", "token", CANARY + "-token", "--group-version", "v2");
  }

  private void put(String group, String key, String value, String... options) throws IOException {
    var file = Files.writeString(world.folder().resolve("value"), value);
    var words = new ArrayList<>(List.of("put", group, key, "--file", file.toString()));
    words.addAll(List.of(options));
    assertThat(secret(words).succeeded().output())
        .contains("'%s/%s' is kept.".formatted(group, key))
        .doesNotContain(CANARY);
  }

  private Ran secret(List<String> words) {
    return world.harrier().secret(words);
  }

  private Run start(String workflow) {
    return world.executions().start("workflows.secrets." + workflow, Map.of());
  }

  /** What the workflows give back in place of a secret. */
  static String digest(String text) throws NoSuchAlgorithmException {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  @Test
  void a_task_reads_files_and_variables_and_the_closest_of_several() throws Exception {
    var run = start("log_in").succeeded();

    assertThat(run.string("o0")).isEqualTo(digest(PASSWORD));
    assertThat(run.string("o1")).isEqualTo(digest(CANARY + "-user"));
    assertThat(run.string("o2")).isEqualTo(digest(CANARY + "-token"));
    assertThat(run.string("o3")).isEqualTo(digest(CANARY + "-token"));
  }

  @Test
  void a_task_that_asks_for_none_gets_none() {
    assertThat(start("ask_for_none").succeeded().string("o0")).isEqualTo("none");
  }

  @Test
  void a_missing_one_fails_the_task_with_its_name_before_it_runs() {
    var run = start("ask_for_a_missing_one");

    var end = run.awaitEnd();

    assertThat(end.phase()).isEqualTo("FAILED");
    assertThat(end.kind()).isEqualTo("USER");
    assertThat(end.code()).isEqualTo("SecretNotAvailable");
    assertThat(end.message())
        .contains("the secret 'nobody/kept.this': there is none for project 'flytesnacks'");
    assertThat(run.attemptPhases("n0")).containsExactly("FAILED");
    assertThat(log(run)).isEmpty();
  }

  @Test
  void a_task_of_another_project_gets_it_once_it_is_granted() throws Exception {
    var workflows = Places.workflows().resolve("secrets.py");
    var project = Json.object("id", "flytetester", "name", "flytetester");
    var unused = world.api().post("/api/v1/projects", Json.object("project", project)).ok();
    world
        .clients()
        .register(Places.project(), "flytetester", World.DOMAIN, World.VERSION, workflows)
        .succeeded();
    var there = new Executions(world.api(), "flytetester", World.DOMAIN, World.VERSION);

    var refused = there.start("workflows.secrets.print_it", Map.of()).awaitEnd();

    assertThat(refused.code()).isEqualTo("SecretNotAvailable");
    assertThat(refused.message())
        .contains("'warehouse/password': there is none for project 'flytetester'")
        .doesNotContain(CANARY);

    var grant =
        List.of(
            "grant",
            "warehouse",
            "password",
            "--project",
            World.PROJECT,
            "--to-project",
            "flytetester");
    assertThat(secret(grant).succeeded().output()).contains("granted to flytetester");
    there.start("workflows.secrets.print_it", Map.of()).succeeded();
    assertThat(secret(List.of("list")).succeeded().output())
        .contains("warehouse password")
        .contains("granted to flytetester")
        .doesNotContain(CANARY);
  }

  @Test
  void what_a_task_prints_or_raises_is_covered() {
    var printed = start("print_it").succeeded();
    var raised = start("raise_it").awaitEnd();

    assertThat(log(printed).orElseThrow()).contains("logging in with ***").doesNotContain(CANARY);
    assertThat(raised.kind()).isEqualTo("USER");
    assertThat(raised.message()).contains("cannot log in with ***").doesNotContain(CANARY);
  }

  @Test
  void no_file_of_the_server_holds_a_value_after_all_that() throws IOException {
    start("log_in").succeeded();
    start("print_it").succeeded();
    start("raise_it").awaitEnd();

    // The database's own write-ahead log is among them: each row that ever was.
    assertThat(holders(world.harrier().home())).isEmpty();
    assertThat(holders(world.harrier().engineHome())).isEmpty();
    assertThat(holders(Path.of("/dev/shm"))).isEmpty();
    assertThat(world.harrier().output()).contains("Secret kept").doesNotContain(CANARY);
  }

  private static List<Path> holders(Path below) throws IOException {
    var found = new ArrayList<Path>();
    try (var files = Files.walk(below)) {
      for (var file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        if (Files.isReadable(file)
            && new String(Files.readAllBytes(file), ISO_8859_1).contains(CANARY)) {
          found.add(file);
        }
      }
    } catch (UncheckedIOException gone) {
      // What a task that ends beside this test takes away is looked for again.
      return holders(below);
    }
    return found;
  }

  @Test
  void no_call_gives_a_value_back() {
    var level = Json.object("project", World.PROJECT);
    var listed = world.api().post("/harrier/secrets/list", level);

    assertThat(listed.ok().toString()).contains("\"key\":\"password\"").doesNotContain(CANARY);
    for (var name : List.of("get", "read", "value")) {
      assertThat(world.api().post("/harrier/secrets/" + name, level).status()).isEqualTo(404);
    }
  }

  @Test
  void a_name_that_is_a_path_and_values_that_are_none_are_refused_with_a_sentence() {
    var sentences =
        Map.of(
            kept("../../etc", "x"), "expected a group that is no path of its own",
            kept("a", "b;id"), "expected a key of A-Z a-z 0-9",
            value("a\0b"), "found a NUL byte",
            value("x".repeat(1 << 20)), "expected a value of at most 65536 bytes, found 1048576");

    sentences.forEach(
        (asked, sentence) -> {
          var answer = world.api().post("/harrier/secrets/put", asked);
          assertThat(answer.status()).isEqualTo(400);
          assertThat(answer.message()).contains(sentence);
        });
  }

  private static JsonObject kept(String group, String key) {
    return Json.object("group", group, "key", key, "value", "x", "project", World.PROJECT);
  }

  private static JsonObject value(String value) {
    return Json.object("group", "g", "key", "k", "value", value, "project", World.PROJECT);
  }

  @Test
  void the_master_key_changes_under_a_running_server() throws Exception {
    var file = world.harrier().home().resolve("security").resolve("secret-master-key.json");
    var before = Files.readString(file);

    assertThat(secret(List.of("rotate-master-key")).succeeded().output())
        .contains("secrets have a new master key");

    assertThat(Files.readString(file)).isNotEqualTo(before);
    assertThat(start("log_in").succeeded().string("o0")).isEqualTo(digest(PASSWORD));
  }

  private Optional<String> log(Run run) {
    var links = Json.list(Json.at(run.attempts("n0").getFirst(), "closure"), "logs");
    if (links.isEmpty()) {
      return Optional.empty();
    }
    var link = URI.create(Json.text(links.getFirst(), "uri"));
    var query = link.getRawQuery() == null ? "" : "?" + link.getRawQuery();
    return Optional.of(world.api().get(link.getRawPath() + query).text());
  }
}
