package dev.harrier.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.harrier.runtime.process.folder.Names;
import dev.harrier.runtime.process.python.PythonEnvironment;
import dev.harrier.spi.AttemptId;
import dev.harrier.spi.DataLayout;
import dev.harrier.spi.Failure;
import dev.harrier.spi.Observation;
import dev.harrier.spi.RejectedException;
import flyteidl.core.Literals.LiteralMap;
import flyteidl.core.Tasks.Resources;
import flyteidl.core.Tasks.Resources.ResourceEntry;
import flyteidl.core.Tasks.Resources.ResourceName;
import flyteidl.core.Tasks.TaskTemplate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a task may do wrong, and what its author is told. */
@Tag("python")
final class BadTasksTest {
  private static final long LOG_BYTES_MAX = 1 << 20;
  private static final int PROCESSES_MAX = 64;
  private static final long DISK_BYTES_MAX = 64 << 20;

  @TempDir static Path folder = Path.of("");

  private static Workshop shop;

  @BeforeAll
  static void open() throws IOException {
    shop =
        new Workshop(
            folder,
            settings ->
                settings.withLimits(
                    ProcessRuntimeSettings.Limits.defaults()
                        .withLogBytesMax(LOG_BYTES_MAX)
                        .withTime(
                            Optional.of(Duration.ofSeconds(2)), Optional.of(Duration.ofMinutes(2)))
                        .withMachineShare(PROCESSES_MAX, 0, DISK_BYTES_MAX)));
  }

  @AfterAll
  static void close() {
    shop.close();
  }

  private static AttemptId some() {
    return Workshop.attempt("n" + UUID.randomUUID());
  }

  private static TaskTemplate python(String script) {
    return Workshop.container(List.of("python", "-c", script));
  }

  @Test
  void too_much_memory_is_an_oom_kill() {
    var resources =
        Resources.newBuilder()
            .addLimits(ResourceEntry.newBuilder().setName(ResourceName.MEMORY).setValue("100Mi"));
    var task =
        Workshop.withResources(
            python("import time; held = b'x' * 400_000_000; time.sleep(100)"), resources.build());

    var end = shop.fail(some(), task);

    assertThat(end.failure().code()).isEqualTo("OOMKilled");
    assertThat(end.failure().recoverable()).isTrue();
  }

  @Test
  void memory_of_all_its_processes_counts() {
    var resources =
        Resources.newBuilder()
            .addLimits(ResourceEntry.newBuilder().setName(ResourceName.MEMORY).setValue("150Mi"));
    var grabs = "python -c \"import time; held = b'x' * 100_000_000; time.sleep(100)\"";
    var task =
        Workshop.withResources(
            Workshop.shell(grabs + " & " + grabs + " & wait"), resources.build());

    var end = shop.fail(some(), task);

    assertThat(end.failure().code()).isEqualTo("OOMKilled");
  }

  @Test
  void too_much_on_disk_is_an_eviction() {
    var end =
        shop.fail(
            some(), Workshop.shell("mkdir -p /tmp/a/b; fallocate -l 100M /tmp/a/b/f; sleep 60"));

    assertThat(end.failure().code()).isEqualTo("Evicted");
    assertThat(end.failure().message()).contains("ephemeral storage");
  }

  @Test
  void a_task_may_ask_for_more_disk() {
    var resources =
        Resources.newBuilder()
            .addLimits(
                ResourceEntry.newBuilder()
                    .setName(ResourceName.EPHEMERAL_STORAGE)
                    .setValue("200Mi"));
    var task =
        Workshop.withResources(
            Workshop.shell("fallocate -l 100M /tmp/f; sleep 2"), resources.build());

    assertThat(shop.run(some(), task)).isInstanceOf(Observation.Succeeded.class);
  }

  @Test
  void forking_without_end_meets_a_limit() {
    var script =
        "for n in $(seq 1000); do sleep 60 & echo started $n; done; sleep 5; echo all of them";

    var end = shop.fail(some(), Workshop.shell(script));

    // The kernel's own limit or the parent's, whichever is met first.
    assertThat(end.failure().code()).isIn("Error", "TooManyProcesses");
    assertThat(end.failure().message()).doesNotContain("all of them");
  }

  @Test
  void too_much_processor_time_ends_it() {
    var end = shop.fail(some(), python("while True: pass"));

    assertThat(end.failure().code()).isIn("CpuTimeExceeded", "Interrupted");
  }

  @Test
  void a_hang_ends_at_its_timeout() {
    var id = some();
    shop.runtime.start(
        shop.start(
            id,
            1,
            Workshop.shell("trap '' TERM; sleep 600"),
            LiteralMap.getDefaultInstance(),
            Optional.of(Duration.ofSeconds(1))));

    var end = (Observation.Failed) shop.observed.awaitEnd(id);

    assertThat(end.failure().code()).isEqualTo("TimeoutExpired");
  }

  @Test
  void of_a_hundred_megabytes_printed_the_head_and_the_tail_are_kept() throws IOException {
    var id = some();
    var script = "print('first'); [print('x' * 999) for n in range(100_000)]; print('last')";

    var end = shop.run(id, python(script));

    assertThat(end).isInstanceOf(Observation.Succeeded.class);
    assertThat(shop.log(id))
        .startsWith("first\nxxx")
        .contains("bytes left out here]")
        .endsWith("last\n")
        .hasSizeBetween((int) LOG_BYTES_MAX / 2, (int) LOG_BYTES_MAX + 200);
    try (var files = Files.list(shop.runtime.log(id).resolveSibling("."))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .noneMatch(name -> name.contains("tail"));
    }
  }

  @Test
  void what_it_forked_does_not_outlive_it() throws IOException {
    var id = some();
    var mark = "harrier-left-behind-" + UUID.randomUUID();
    var script =
        "setsid nohup python -c \"import time; time.sleep(600)\" "
            + mark
            + " >/dev/null 2>&1 & sleep 0.2; echo left it behind";

    var end = shop.run(id, Workshop.shell(script));

    assertThat(end).isInstanceOf(Observation.Succeeded.class);
    assertThat(shop.log(id)).contains("left it behind");
    assertThat(Processes.withArgument(mark)).isEmpty();
  }

  @Test
  void what_it_forked_does_not_outlive_an_abort() {
    var id = some();
    var mark = "harrier-left-behind-" + UUID.randomUUID();
    var script =
        "setsid nohup python -c \"import time; time.sleep(600)\" "
            + mark
            + " >/dev/null 2>&1 & echo up; sleep 600";
    shop.runtime.start(shop.start(id, Workshop.shell(script)));
    Processes.await(() -> !Processes.withArgument(mark).isEmpty());

    shop.runtime.abort(id, 1, "enough");

    Processes.await(() -> Processes.withArgument(mark).isEmpty());
    shop.end(id);
  }

  @Test
  void an_exit_code_is_told_with_the_last_of_the_log() {
    var end = shop.fail(some(), Workshop.shell("echo some last words; exit 42"));

    assertThat(end.failure().code()).isEqualTo("Error");
    assertThat(end.failure().kind()).isEqualTo(Failure.Kind.USER);
    assertThat(end.failure().message())
        .contains("terminated with exit code (42)")
        .contains("some last words");
  }

  @Test
  void a_kill_from_elsewhere_is_an_interruption() {
    var end = shop.fail(some(), Workshop.shell("kill -9 $$"));

    assertThat(end.failure().code()).isEqualTo("Interrupted");
    assertThat(end.failure().kind()).isEqualTo(Failure.Kind.SYSTEM);
  }

  @Test
  void broken_outputs_are_a_clear_error() {
    var task =
        Workshop.withOutputs(Workshop.shell("echo nonsense > {{.outputPrefix}}/outputs.pb"), "o0");

    var end = shop.fail(some(), task);

    assertThat(end.failure().code()).isEqualTo("OutputsBadFormat");
    assertThat(end.failure().message()).contains("outputs.pb: expected a LiteralMap");
  }

  @Test
  void missing_outputs_are_a_clear_error() {
    var end = shop.fail(some(), Workshop.withOutputs(Workshop.shell("true"), "o0"));

    assertThat(end.failure().code()).isEqualTo("OutputsNotFound");
    assertThat(end.failure().recoverable()).isTrue();
  }

  @Test
  void a_command_that_is_not_there_is_a_clear_error() {
    var end = shop.fail(some(), Workshop.container(List.of("no-such-program")));

    assertThat(end.failure().message())
        .contains("exit code (127)")
        .contains("command not found: no-such-program");
  }

  @Test
  void a_memory_limit_that_is_no_amount_is_a_clear_error() {
    var resources =
        Resources.newBuilder()
            .addLimits(ResourceEntry.newBuilder().setName(ResourceName.MEMORY).setValue("lots"));

    var end = shop.fail(some(), Workshop.withResources(Workshop.shell("true"), resources.build()));

    assertThat(end.failure().message()).contains("found 'lots'");
    assertThat(end.failure().recoverable()).isFalse();
  }

  @Test
  void an_acknowledged_attempt_leaves_its_log_alone() throws IOException {
    var id = some();
    shop.run(id, Workshop.shell("echo kept"));

    shop.runtime.acknowledge(id);

    var name = Names.of(id);
    Processes.await(
        () -> !Files.exists(shop.home.resolve("process").resolve("attempts").resolve(name)));
    assertThat(shop.log(id)).isEqualTo("kept\n");
    assertThat(shop.home.resolve("process").resolve("work").resolve(name)).doesNotExist();
  }

  @Test
  void a_large_output_is_kept_by_reference() throws IOException {
    var id = some();
    var text =
        flyteidl.core.Literals.Literal.newBuilder()
            .setScalar(
                flyteidl.core.Literals.Scalar.newBuilder()
                    .setPrimitive(
                        flyteidl.core.Literals.Primitive.newBuilder()
                            .setStringValue("x".repeat(200_000))))
            .build();
    var prepared = DataLayout.upload(Workshop.SCOPE, "prepared", "outputs.pb");
    shop.blobs.write(
        prepared, LiteralMap.newBuilder().putLiterals("o0", text).build().toByteString());
    var task =
        Workshop.withOutputs(
            Workshop.shell("cp " + shop.blobs.uri(prepared) + " {{.outputPrefix}}/outputs.pb"),
            "o0");

    var end = (Observation.Succeeded) shop.run(id, task);

    var kept = end.outputs().getLiteralsOrThrow("o0").getOffloadedMetadata();
    assertThat(kept.getSizeBytes()).isEqualTo(text.getSerializedSize());
    assertThat(Files.readAllBytes(Path.of(kept.getUri()))).isEqualTo(text.toByteArray());
  }

  @Test
  void a_large_output_whose_name_no_file_may_have_is_a_clear_error() throws IOException {
    var text =
        flyteidl.core.Literals.Literal.newBuilder()
            .setScalar(
                flyteidl.core.Literals.Scalar.newBuilder()
                    .setPrimitive(
                        flyteidl.core.Literals.Primitive.newBuilder()
                            .setStringValue("x".repeat(200_000))))
            .build();
    var prepared = DataLayout.upload(Workshop.SCOPE, "misnamed", "outputs.pb");
    shop.blobs.write(
        prepared, LiteralMap.newBuilder().putLiterals("what?", text).build().toByteString());
    var task =
        Workshop.withOutputs(
            Workshop.shell("cp " + shop.blobs.uri(prepared) + " {{.outputPrefix}}/outputs.pb"),
            "what?");

    var end = shop.fail(some(), task);

    assertThat(end.failure().code()).isEqualTo("OutputNotStorable");
    assertThat(end.failure().kind()).isEqualTo(Failure.Kind.USER);
    assertThat(end.failure().message()).contains("what?");
  }

  @Test
  void a_python_without_flytekit_says_which_command_mends_it() {
    var bare = Path.of("/usr/bin/python3");
    var wanted = Files.isExecutable(bare) ? bare : TestPython.path().resolveSibling("nothing");

    assertThatThrownBy(() -> PythonEnvironment.of(wanted))
        .isInstanceOf(RejectedException.class)
        .hasMessageContaining("-m pip install 'flytekit==1.16.*'");
  }
}
