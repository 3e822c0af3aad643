package dev.harrier.runtime.process.python;

import static org.assertj.core.api.Assertions.assertThat;

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
        ShimScript.run(
            folder,
            """
            import os, signal, sys, tempfile, threading
            tempfile.tempdir = sys.argv[1]
            import flytekit.bin.entrypoint
            from flytekit.core.context_manager import FlyteContextManager, FlyteEntities
            from flytekit.core.type_engine import TypeEngine
            import harrier_warm

            def seen():
                return {
                    "threads": threading.active_count(),
                    "entities": len(FlyteEntities.entities),
                    "contexts": FlyteContextManager.size(),
                    "kinds of values": len(TypeEngine._REGISTRY),
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
            """,
            Files.createDirectory(folder.resolve("tmp")).toString());

    assertThat(said).isEqualTo("[]\n");
  }
}
