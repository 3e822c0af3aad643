package dev.harrier.runtime.process.outcome;

import static java.util.Objects.requireNonNull;

import dev.harrier.spi.machine.HeldFolder;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** What an attempt printed. */
final class AttemptLog {
  private static final int TAIL_BYTES_MAX = 2048;
  private static final int TAIL_LINES_MAX = 80;

  private AttemptLog() {}

  /**
   * The last lines, as Kubernetes gives them as a container's termination message; none if
   * something else than a regular file has the log's place.
   */
  static String tail(Path log) throws IOException {
    try (var folder = HeldFolder.open(requireNonNull(log.getParent(), "folder of logs"))) {
      var opened = folder.file(String.valueOf(log.getFileName()));
      if (opened.isEmpty()) {
        return "";
      }
      try (var file = opened.get()) {
        file.position(Math.max(0, file.size() - TAIL_BYTES_MAX));
        var bytes = Channels.newInputStream(file).readNBytes(TAIL_BYTES_MAX);
        var lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
        return String.join(
            "\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES_MAX), lines.size()));
      }
    } catch (NoSuchFileException none) {
      return "";
    }
  }
}
