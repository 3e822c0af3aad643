package dev.harrier.runtime.process.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.harrier.runtime.process.TestPython;
import dev.harrier.runtime.process.folder.TaskUser;
import dev.harrier.runtime.process.python.PythonEnvironment;
import dev.harrier.runtime.process.python.Shim;
import dev.harrier.spi.machine.MachineUser;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("python")
final class SandboxProbeTest {
  @Test
  void root_without_walls_is_told_that_tasks_are_root_though_they_could_be_another(
      @TempDir Path scratch) throws IOException {
    assumeTrue(MachineUser.thisIsRoot());
    var user = new TaskUser(Optional.of(TaskUser.DEFAULT), Optional.empty());
    var probe =
        new SandboxProbe(
            PythonEnvironment.of(TestPython.path()),
            Optional.empty(),
            Shim.unpack(scratch.resolve("shim")),
            scratch,
            user);

    var report = probe.run(false, Walls.NONE);

    assertThat(report.user()).isEmpty();
    assertThat(report.findings())
        .anyMatch(finding -> finding.startsWith("The server runs as root, and so do tasks"));
  }
}
