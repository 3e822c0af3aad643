package dev.harrier.runtime.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Looks at the processes of this machine. */
final class Processes {
  private static final long PATIENCE_NANOS = 60_000_000_000L;
  private static final long LOOK_EVERY_NANOS = 10_000_000L;

  private Processes() {}

  /** The pids whose command line holds the text. */
  static List<Long> withArgument(String text) {
    var found = new ArrayList<Long>();
    try (var all = Files.list(Path.of("/proc"))) {
      for (var folder :
          all.filter(path -> path.getFileName().toString().matches("\\d+")).toList()) {
        if (commandLine(folder).contains(text)) {
          found.add(Long.parseLong(folder.getFileName().toString()));
        }
      }
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
    return found;
  }

  private static String commandLine(Path process) {
    try {
      return Files.readString(
          process.resolve("cmdline"), java.nio.charset.StandardCharsets.ISO_8859_1);
    } catch (IOException ended) {
      return "";
    }
  }

  /** Waits until it is so; another process makes it so, hence no better way than to look again. */
  static void await(BooleanSupplier condition) {
    var deadline = System.nanoTime() + PATIENCE_NANOS;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("waited in vain for a minute");
      }
      LockSupport.parkNanos(LOOK_EVERY_NANOS);
    }
  }
}
