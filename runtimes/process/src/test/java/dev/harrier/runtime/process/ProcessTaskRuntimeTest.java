package dev.harrier.runtime.process;

import dev.harrier.runtime.process.sandbox.Walls;
import dev.harrier.spi.AttemptId;
import dev.harrier.spi.AttemptStart;
import dev.harrier.spi.DataLayout;
import dev.harrier.spi.TaskRuntime;
import dev.harrier.testkit.TaskRuntimeContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

@Tag("python")
class ProcessTaskRuntimeTest extends TaskRuntimeContract {
  @TempDir private Path folder = Path.of("");

  private @org.jspecify.annotations.Nullable Workshop workshop;

  @BeforeEach
  void makeWorkshop() throws IOException {
    workshop = new Workshop(folder, this::change, best());
    workshop.runtime.close();
  }

  @AfterEach
  void closeWorkshop() {
    workshop().close();
  }

  /** How the settings differ from the defaults. */
  ProcessRuntimeSettings change(ProcessRuntimeSettings settings) {
    return settings;
  }

  Walls best() {
    return Walls.NAMESPACES;
  }

  Workshop workshop() {
    return java.util.Objects.requireNonNull(workshop);
  }

  @Override
  protected TaskRuntime open() {
    try {
      return workshop().open();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  @Override
  protected AttemptStart start(AttemptId attempt, long epoch, Behaviour behaviour) {
    var note = "echo ran >> " + ledger(attempt) + "; ";
    var task =
        Workshop.shell(
            note
                + switch (behaviour) {
                  case SUCCEED -> "true";
                  case FAIL -> "exit 3";
                  case HANG -> "sleep 600";
                });
    var start = workshop().start(attempt, task);
    return new AttemptStart(
        attempt,
        epoch,
        task,
        start.inputs(),
        start.locations(),
        start.environment(),
        start.timeout(),
        false,
        start.securityContext(),
        start.workflow(),
        start.launchPlan());
  }

  private Path ledger(AttemptId attempt) {
    return workshop().blobs.path(DataLayout.rawPrefix(attempt)).resolve("ledger");
  }

  @Override
  protected int runs(AttemptId attempt) {
    try {
      return Files.exists(ledger(attempt)) ? Files.readAllLines(ledger(attempt)).size() : 0;
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
