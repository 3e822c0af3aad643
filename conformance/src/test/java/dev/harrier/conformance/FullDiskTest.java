package dev.harrier.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server whose blobs and database are on small disks of their own, which only it sees. */
@Tag("slow")
@Tag("python")
final class FullDiskTest {
  private static final String MOUNT =
      "mount -t tmpfs -o size=400m,mode=700 small \"$0/database\""
          + " && mount -t tmpfs -o size=30m,mode=700 small \"$0/blobs\""
          + " && exec \"$@\"";
  private static final Duration MEND_LIMIT = Duration.ofSeconds(60);
  private static final int BLOCK_BYTES = 1 << 16;

  private final Path folder;

  FullDiskTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void a_full_disk_is_told_and_forgotten_when_there_is_room_again() throws IOException {
    try (var harrier = onSmallDisks()) {
      var executions = new Executions(harrier.api(), "flytesnacks", "development", "none");
      assertThat(hello(harrier, "first").exitCode()).isZero();

      var filler = fill(harrier, "blobs");
      var refused = hello(harrier, "second");

      assertThat(refused.exitCode()).isNotZero();
      assertThat(refused.words()).containsAnyOf("No space left", "disk is full", "no space");
      assertThat(executions.count()).isEqualTo(1);
      Files.delete(filler);
      assertThat(hello(harrier, "third").exitCode()).isZero();

      filler = fill(harrier, "database");
      var request = executions.request("hello.hello", Map.of());
      request
          .getAsJsonObject("spec")
          .getAsJsonObject("launch_plan")
          .addProperty("version", version(harrier));
      var answer = Patience.await("a refusal", MEND_LIMIT, () -> refusal(executions, request));

      assertThat(answer.status()).isIn(429, 503);
      assertThat(answer.message()).isNotBlank();
      Files.delete(filler);
      var run = Patience.await("a run after all", MEND_LIMIT, () -> accepted(executions, request));
      assertThat(run.succeeded().string("o0")).isEqualTo("Hello, harrier!");
      assertThat(executions.run("first").succeeded().string("o0")).isEqualTo("Hello, harrier!");
      assertThat(harrier.alive()).isTrue();
    }
  }

  private static Optional<Api.Answer> refusal(Executions executions, JsonObject request) {
    return Optional.of(executions.send(request)).filter(answer -> answer.status() != 200);
  }

  private static Optional<Run> accepted(Executions executions, JsonObject request) {
    return Optional.of(executions.send(request))
        .filter(answer -> answer.status() == 200)
        .map(answer -> executions.run(Json.text(Json.at(answer.json(), "id"), "name")));
  }

  private static String version(Harrier harrier) {
    var plans =
        harrier.api().get("/api/v1/launch_plans/flytesnacks/development/hello.hello?limit=1").ok();
    return Json.text(Json.at(Json.list(plans, "launch_plans").getFirst(), "id"), "version");
  }

  private Ran hello(Harrier harrier, String name) throws IOException {
    // A file of its own makes the code another one, which must be uploaded.
    var code = Files.createDirectories(folder.resolve(name));
    Files.writeString(
        code.resolve("hello.py"),
        Files.readString(Places.examples().resolve("hello").resolve("hello.py"))
            + "\n# "
            + name
            + "\n");
    return new Clients(harrier).pyflyteRun(code, "--name", name, "hello.py", "hello");
  }

  private Harrier onSmallDisks() throws IOException {
    var home = folder.resolve("home");
    Files.createDirectory(
        home, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Files.createDirectory(home.resolve("blobs"));
    Files.createDirectory(home.resolve("database"));
    return Harrier.startWithin(
        folder,
        List.of("unshare", "--map-root-user", "--mount", "sh", "-c", MOUNT, home.toString()));
  }

  /** Writes until nothing more fits; the file frees all of it. */
  private Path fill(Harrier harrier, String part) throws IOException {
    var seen = Path.of("/proc", Long.toString(harrier.process().pid()), "root");
    var below = harrier.home().resolve(part).resolve("filler");
    var filler = Path.of(seen + below.toString());
    var block = new byte[BLOCK_BYTES];
    try (var out = Files.newOutputStream(filler)) {
      while (true) {
        out.write(block);
      }
    } catch (IOException full) {
      assertThat(full).hasMessageContaining("No space left");
    }
    return filler;
  }
}
