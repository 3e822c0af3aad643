package dev.harrier.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.harrier.runtime.process.sandbox.Walls;
import dev.harrier.spi.Observation;
import dev.harrier.spi.RejectedException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same contract where the machine has no walls to offer. */
@Tag("python")
final class UnwalledWorkersTest extends ProcessTaskRuntimeTest {
  @Override
  ProcessRuntimeSettings change(ProcessRuntimeSettings settings) {
    return settings.withUnwalledAllowed(true);
  }

  @Override
  Walls best() {
    return Walls.NONE;
  }

  @Test
  void what_a_task_forked_does_not_outlive_it() throws Exception {
    workshop().reopen();
    var mark = "harrier-" + UUID.randomUUID();
    var script = "setsid sh -c 'sleep 600; echo " + mark + "' >/dev/null 2>&1 & sleep 0.2";

    var end = workshop().run(attempt("forks", 0), Workshop.shell(script));

    assertThat(end).isInstanceOf(Observation.Succeeded.class);
    assertThat(Processes.withArgument(mark)).isEmpty();
  }

  @Test
  void what_a_task_forked_does_not_outlive_an_abort() throws Exception {
    workshop().reopen();
    var id = attempt("forks", 0);
    var mark = "harrier-" + UUID.randomUUID();
    var script = "setsid sh -c 'sleep 600; echo " + mark + "' >/dev/null 2>&1 & sleep 600";
    workshop().runtime.start(workshop().start(id, Workshop.shell(script)));
    Processes.await(() -> !Processes.withArgument(mark).isEmpty());

    workshop().runtime.abort(id, 1, "enough");

    Processes.await(() -> Processes.withArgument(mark).isEmpty());
    workshop().end(id);
  }

  @Test
  void a_killed_task_leaves_an_interruption() throws Exception {
    workshop().reopen();

    var end = workshop().fail(attempt("killed", 0), Workshop.shell("kill -9 $$"));

    assertThat(end.failure().code()).isEqualTo("Interrupted");
  }

  @Test
  void it_is_refused_unless_it_is_allowed(@TempDir Path elsewhere) {
    var settings = ProcessRuntimeSettings.defaults(elsewhere, TestPython.path());

    assertThatThrownBy(
            () ->
                ProcessTaskRuntime.open(
                    settings,
                    new FolderBlobs(elsewhere),
                    AttemptSecrets.NONE,
                    Optional.empty(),
                    Clock.systemUTC(),
                    Walls.NONE))
        .isInstanceOf(RejectedException.class)
        .hasMessageContaining("expected walls around tasks, found none");
  }
}
