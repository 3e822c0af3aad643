package dev.harrier.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The audit log of a server, from outside: its files, and {@code harrier audit verify}. */
@Tag("slow")
final class AuditTest {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final String MOUNT =
      "mkdir -p \"$0\" && chmod 700 \"$0\" && mount -t tmpfs -o size=256k,mode=700 small \"$0\" && exec \"$@\"";

  private final Path folder;
  private int tries;

  AuditTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void every_call_leaves_its_record_and_a_kill_leaves_an_intact_log() throws IOException {
    try (var harrier = Harrier.start(folder)) {
      var api = harrier.api();
      assertThat(api.getAs("/api/v1/projects", Optional.empty()).status()).isEqualTo(401);
      assertThat(api.get("/api/v1/nothing").status()).isEqualTo(404);
      assertThat(api.post("/api/v1/projects", project("one")).status()).isEqualTo(200);
      assertThat(verify(harrier).exitCode()).isZero();

      harrier.kill();
      harrier.restart();

      assertThat(verify(harrier).exitCode()).isZero();
      assertThat(records(harrier, "AdminService/ListProjects"))
          .anySatisfy(
              record -> {
                assertThat(code(record)).isEqualTo(16);
                assertThat(Json.text(Json.at(record, "src_endpoint"), "ip")).isEqualTo("127.0.0.1");
              });
      assertThat(records(harrier, "GET /*")).anySatisfy(r -> assertThat(code(r)).isEqualTo(404));
      var changes = records(harrier, "AdminService/RegisterProject");
      assertThat(changes)
          .extracting(record -> Json.text(record, "stage"))
          .containsExactly("intent", "complete");
      assertThat(changes)
          .allSatisfy(
              record ->
                  assertThat(Json.text(Json.at(record, "actor", "user"), "uid"))
                      .isEqualTo("sa:harrier-local"));
      assertThat(changes.getLast().toString())
          .contains("\"decision\":\"allowed\"", "project:create", "\"uid\":\"one\"");
    }
  }

  @Test
  void a_page_is_recorded_with_its_caller_and_what_it_changes_before_it_does() throws IOException {
    try (var harrier = Harrier.start(folder)) {
      changed(harrier, "accounts/add-user", "{'name': 'ann'}", "user user:ann");
      changed(harrier, "accounts/add-client", "{'id': 'ci'}", "client ci");
      changed(harrier, "accounts/disable-user", "{'name': 'user:ann'}", "user user:ann");
      changed(harrier, "accounts/rotate-key", "{}", "key signing");
      changed(
          harrier,
          "secrets/put",
          "{'project': 'flytesnacks', 'group': 'db', 'key': 'password', 'value': 'hunter2'}",
          "domain flytesnacks, secret db/password");
      changed(
          harrier,
          "secrets/grant",
          "{'project': 'flytesnacks', 'group': 'db', 'key': 'password',"
              + " 'to_project': 'flytesnacks', 'to_domain': 'staging'}",
          "domain flytesnacks, secret db/password, grantee flytesnacks/staging");
      assertThat(text(harrier)).doesNotContain("hunter2");
    }
  }

  private static void changed(Harrier harrier, String page, String body, String about) {
    var path = "/harrier/" + page;

    harrier.api().post(path, JsonParser.parseString(body).getAsJsonObject()).ok();

    // The record of its end is written a moment after the answer.
    var both =
        Patience.await(
            "both records of " + page,
            LIMIT,
            () -> Optional.of(records(harrier, "POST " + path)).filter(found -> found.size() == 2));
    assertThat(both)
        .extracting(record -> Json.text(record, "stage"))
        .containsExactly("intent", "complete");
    assertThat(both)
        .allSatisfy(
            record -> {
              assertThat(Json.text(Json.at(record, "actor", "user"), "uid"))
                  .isEqualTo("sa:harrier-local");
              assertThat(resources(record)).isEqualTo(about);
            });
  }

  private static String resources(JsonObject record) {
    return record.getAsJsonArray("resources").asList().stream()
        .map(JsonElement::getAsJsonObject)
        .map(one -> Json.text(one, "type") + " " + Json.text(one, "uid"))
        .collect(Collectors.joining(", "));
  }

  @Test
  void a_log_in_a_folder_of_its_own_is_the_one_that_is_verified() throws IOException {
    var elsewhere = folder.resolve("elsewhere");
    Files.createDirectory(folder.resolve("home"));
    Files.writeString(
        folder.resolve("home/config.yaml"), "audit: {folder: '%s'}".formatted(elsewhere));
    try (var harrier = Harrier.start(folder)) {
      harrier.stop();
      var file = elsewhere.resolve("audit-%020d.jsonl".formatted(1));
      Files.writeString(file, Files.readString(file).replaceFirst("[Hh]arrier", "another"));

      assertThat(verify(harrier).output()).contains("NOT intact, from sequence 1 on");
    }
  }

  @Test
  void a_changed_record_is_named() throws IOException {
    try (var harrier = Harrier.start(folder)) {
      harrier.api().post("/api/v1/projects", project("one"));
      harrier.stop();
      var file = files(harrier).getFirst();
      Files.writeString(file, Files.readString(file).replace("\"uid\":\"one\"", "\"uid\":\"two\""));

      var ran = verify(harrier);

      assertThat(ran.exitCode()).isEqualTo(1);
      assertThat(ran.output()).contains("NOT intact, from sequence ").contains("it was changed");
    }
  }

  @Test
  void with_a_full_disk_nothing_is_changed_and_reads_go_on() throws IOException {
    try (var harrier =
        Harrier.startWithin(
            folder, List.of("unshare", "--mount", "sh", "-c", MOUNT, folder + "/home/audit"))) {
      var api = harrier.api();
      assertThat(api.post("/api/v1/projects", project("one")).status()).isEqualTo(200);
      var filler = filled(harrier);

      var refused =
          Patience.await(
              "a refusal",
              LIMIT,
              () ->
                  Optional.of(api.post("/api/v1/projects", project("two" + tries++)))
                      .filter(answer -> answer.status() != 200));

      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.message()).contains("nothing was changed");
      for (var page : List.of("secrets/put", "accounts/add-user")) {
        var body = "{'project': 'one', 'group': 'db', 'key': 'k', 'value': 'v', 'name': 'ann'}";
        var answer = api.post("/harrier/" + page, JsonParser.parseString(body).getAsJsonObject());
        assertThat(answer.status()).as(page).isEqualTo(503);
      }
      var projects = api.get("/api/v1/projects").ok().toString();
      assertThat(projects).contains("\"one\"");
      Files.delete(filler);
      Patience.await(
          "a change after all",
          LIMIT,
          () ->
              Optional.of(api.post("/api/v1/projects", project("three")))
                  .filter(answer -> answer.status() == 200));
      var one = JsonParser.parseString("{'project': 'one'}").getAsJsonObject();
      assertThat(api.post("/harrier/secrets/list", one).ok().getAsJsonArray("secrets")).isEmpty();
      assertThat(api.post("/harrier/accounts/list-users", one).ok().toString())
          .doesNotContain("ann");
      assertThat(text(harrier)).contains("sink_failed", "sink_recovered");
      assertThat(harrier.output()).contains("The audit log cannot be written");
    }
  }

  // Seen through the process, which has the disk to itself.
  private static Path filled(Harrier harrier) throws IOException {
    var filler = audit(harrier).resolve("filler");
    try (var out = Files.newOutputStream(filler)) {
      var block = new byte[1024];
      while (true) {
        out.write(block);
      }
    } catch (IOException full) {
      assertThat(full).hasMessageContaining("No space");
    }
    return filler;
  }

  private static Path audit(Harrier harrier) {
    return Path.of("/proc/%s/root%s/audit".formatted(harrier.process().pid(), harrier.home()));
  }

  private static JsonObject project(String id) {
    return JsonParser.parseString("{\"project\":{\"id\":\"%s\",\"name\":\"%s\"}}".formatted(id, id))
        .getAsJsonObject();
  }

  private static int code(JsonObject record) {
    return Json.at(record, "api", "response").get("code").getAsInt();
  }

  private Ran verify(Harrier harrier) {
    var line = new ArrayList<>(Places.server());
    line.addAll(List.of("audit", "verify", "--home", harrier.home().toString()));
    return Ran.of(folder, Map.of(), line);
  }

  private static List<JsonObject> records(Harrier harrier, String operation) {
    return text(harrier)
        .lines()
        .filter(line -> line.contains(operation + "\""))
        .map(line -> JsonParser.parseString(line).getAsJsonObject())
        .toList();
  }

  private static String text(Harrier harrier) {
    try {
      var text = new StringBuilder();
      for (var file : files(harrier)) {
        text.append(Files.readString(file));
      }
      return text.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> files(Harrier harrier) throws IOException {
    var folder = harrier.alive() ? audit(harrier) : harrier.home().resolve("audit");
    try (var files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".jsonl")).sorted().toList();
    }
  }
}
