package dev.harrier.runtime.process.python;

import dev.harrier.runtime.process.TestPython;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Python that imports what this package ships. */
final class ShimScript {
  private ShimScript() {}

  /** All that a script prints, in whatever stream. */
  static String run(Path folder, String script, String... arguments) throws IOException {
    var line = new ArrayList<>(List.of(TestPython.path().toString(), "-c", script));
    line.addAll(List.of(arguments));
    var builder = new ProcessBuilder(line).redirectErrorStream(true);
    var shim = Shim.unpack(folder.resolve("shim"));
    builder.environment().put("PYTHONPATH", shim.folder().toString());
    var process = builder.start();
    try (var output = process.getInputStream()) {
      return new String(output.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
