package dev.harrier.conformance;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** flytectl as it is released, built once from the Go modules into a cache of this machine. */
final class Flytectl {
  private static final Duration BUILD_LIMIT = Duration.ofMinutes(15);

  private Flytectl() {}

  /** The program; builds it at first. */
  static Path program() {
    var script = Places.goProgram().resolve("build.sh");
    var built = Ran.of(Places.goProgram(), Map.of(), List.of("sh", script.toString()), BUILD_LIMIT);
    return Path.of(built.succeeded().lastLine());
  }
}
