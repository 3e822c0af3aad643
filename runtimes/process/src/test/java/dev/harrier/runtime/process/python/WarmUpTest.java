package dev.harrier.runtime.process.python;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.runtime.process.TestPython;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What harrier_warm.py leaves in a parent, and so in every task. */
@Tag("python")
final class WarmUpTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void a_rehearsal_leaves_no_trace_that_a_task_could_see() throws Exception {
    var said =
        run(
            """
            import os, signal, sys, tempfile, threading
            import flytekit.bin.entrypoint
            from flytekit.core.context_manager import FlyteContextManager, FlyteEntities
            import harrier_warm

            def seen():
                return {
                    "threads": threading.active_count(),
                    "entities": len(FlyteEntities.entities),
                    "contexts": FlyteContextManager.size(),
                    "files": sorted(os.listdir(tempfile.gettempdir())),
                    "open": sorted(os.listdir("/proc/self/fd")),
                    "environment": dict(os.environ),
                    "arguments": list(sys.argv),
                    "path": list(sys.path),
                    "handlers": [signal.getsignal(number) for number in signal.valid_signals()],
                }

            before = seen()
            harrier_warm.warm_up()
            after = seen()
            print([what for what in before if before[what] != after[what]])
            """);

    assertThat(said).isEqualTo("[]\n");
  }

  private String run(String script) throws Exception {
    var shim = Shim.unpack(folder.resolve("shim"));
    var temporary = Files.createDirectory(folder.resolve("tmp"));
    var builder =
        new ProcessBuilder(TestPython.path().toString(), "-c", script).redirectErrorStream(true);
    builder.environment().put("PYTHONPATH", shim.folder().toString());
    builder.environment().put("TMPDIR", temporary.toString());
    var process = builder.start();
    try (var output = process.getInputStream()) {
      return new String(output.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
