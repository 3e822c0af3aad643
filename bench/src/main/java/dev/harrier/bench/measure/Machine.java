package dev.harrier.bench.measure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the figures were measured on, and who else used it meanwhile. */
public final class Machine {
  private static final double MILLIS_PER_TICK = 10;

  // Fields of /proc/stat's first line, by their place.
  private static final int IDLE = 4;
  private static final int WAITING = 5;
  private static final int STOLEN = 8;

  private Machine() {}

  /** Processes that ran or wanted to, on average over the last minute. */
  public static double loadAverage() {
    return Double.parseDouble(read("/proc/loadavg").split(" ", 2)[0]);
  }

  /** Processor time of all processes since the machine started, in milliseconds. */
  public static double busyMillis() {
    var fields = read("/proc/stat").lines().findFirst().orElse("").split("\\s+", -1);
    var ticks = 0L;
    for (var place = 1; place <= STOLEN; place++) {
      if (place != IDLE && place != WAITING) {
        ticks += Long.parseLong(fields[place]);
      }
    }
    return ticks * MILLIS_PER_TICK;
  }

  /** Processors, their model, memory, and the Java that measures. */
  public static String description() {
    var model =
        read("/proc/cpuinfo")
            .lines()
            .filter(line -> line.startsWith("model name"))
            .map(line -> line.substring(line.indexOf(':') + 1).strip())
            .findFirst()
            .orElse(System.getProperty("os.arch"));
    var memory =
        read("/proc/meminfo")
            .lines()
            .filter(line -> line.startsWith("MemTotal"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) >> 20)
            .findFirst()
            .orElse(0);
    return "%d cores (%s), %d GiB, Linux %s, Java %s"
        .formatted(
            Runtime.getRuntime().availableProcessors(),
            model,
            memory,
            System.getProperty("os.version"),
            Runtime.version().feature());
  }

  private static String read(String file) {
    try {
      return Files.readString(Path.of(file));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
