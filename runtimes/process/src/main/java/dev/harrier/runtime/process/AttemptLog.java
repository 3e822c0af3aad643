package dev.harrier.runtime.process;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What an attempt printed. */
final class AttemptLog {
  private static final int TAIL_BYTES_MAX = 2048;
  private static final int TAIL_LINES_MAX = 80;

  private AttemptLog() {}

  /** The last lines, as Kubernetes gives them as a container's termination message. */
  static String tail(Path log) throws IOException {
    if (!Files.exists(log)) {
      return "";
    }
    try (var file = new RandomAccessFile(log.toFile(), "r")) {
      long from = Math.max(0, file.length() - TAIL_BYTES_MAX);
      file.seek(from);
      var bytes = new byte[(int) (file.length() - from)];
      file.readFully(bytes);
      var lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
      return String.join(
          "\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES_MAX), lines.size()));
    }
  }
}
