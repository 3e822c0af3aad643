package dev.harrier.bench.measure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;

/**
 * Processor time of processes, from Linux's {@code /proc}. It is the sturdiest figure on a machine
 * that others use as well: waiting for a turn does not count.
 */
public final class ProcessCpu {
  /** Linux tells user space the time in hundredths of a second whatever its own clock is. */
  private static final double MILLIS_PER_TICK = 10;

  // Places of the fields after the process's name, which may hold blanks of its own.
  private static final int USER = 11;
  private static final int SYSTEM = 12;
  private static final int REAPED_USER = 13;
  private static final int REAPED_SYSTEM = 14;

  private ProcessCpu() {}

  /** What a process used itself, in milliseconds; 0 if there is no such process. */
  public static double ownMillis(long pid) {
    var fields = stat(pid);
    return fields.length == 0
        ? 0
        : MILLIS_PER_TICK * (number(fields, USER) + number(fields, SYSTEM));
  }

  /** What a process used through the children that it has waited for, in milliseconds. */
  public static double reapedMillis(long pid) {
    var fields = stat(pid);
    return fields.length == 0
        ? 0
        : MILLIS_PER_TICK * (number(fields, REAPED_USER) + number(fields, REAPED_SYSTEM));
  }

  /** What a process and all that it started used, those that ended included. */
  public static double treeMillis(ProcessHandle root) {
    var pids = new ArrayList<Long>();
    pids.add(root.pid());
    root.descendants().map(ProcessHandle::pid).forEach(pids::add);
    return pids.stream().mapToDouble(pid -> ownMillis(pid) + reapedMillis(pid)).sum();
  }

  /**
   * What all processes used whose command line names a text, those that they waited for included.
   */
  public static double namingMillis(String text) {
    var sum = 0.0;
    try (var folders = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (var folder : folders) {
        if (commandLine(folder).contains(text)) {
          var pid = Long.parseLong(folder.getFileName().toString());
          sum += ownMillis(pid) + reapedMillis(pid);
        }
      }
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
    return sum;
  }

  /** Resident memory of a process, in MiB; 0 if there is no such process. */
  public static double residentMebibytes(long pid) {
    try {
      return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024)
          .findFirst()
          .orElse(0);
    } catch (NoSuchFileException gone) {
      return 0;
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static String commandLine(Path folder) {
    try {
      return Files.readString(folder.resolve("cmdline"));
    } catch (IOException gone) {
      // It ended between the listing and the reading; what it used is its parent's now.
      return "";
    }
  }

  private static String[] stat(long pid) {
    try {
      var text = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      return text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
    } catch (IOException gone) {
      // A process that ends while it is read says so in more than one way; it used what it used.
      return new String[0];
    }
  }

  private static long number(String[] fields, int place) {
    return Long.parseLong(fields[place]);
  }
}
