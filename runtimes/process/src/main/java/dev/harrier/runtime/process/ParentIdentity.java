package dev.harrier.runtime.process;

import static java.util.Objects.requireNonNull;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which process a parent is.
 *
 * @param incarnation drawn anew at each launch
 * @param startTicks when it began, in clock ticks since boot: tells it from a later process with
 *     the same pid
 */
record ParentIdentity(String incarnation, String bootId, long pid, long startTicks) {
  static final ParentIdentity UNKNOWN = new ParentIdentity("", "", -1, -1);

  private static final Logger LOG = LoggerFactory.getLogger(ParentIdentity.class);
  private static final Duration DEATH_MAX = Duration.ofSeconds(10);
  private static final Duration LOOK_EVERY = Duration.ofMillis(5);
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
  private static final int START_FIELD = 19;

  ParentIdentity {
    requireNonNull(incarnation, "incarnation");
    requireNonNull(bootId, "bootId");
  }

  static ParentIdentity of(JsonObject json) {
    return new ParentIdentity(
        json.get("incarnation").getAsString(),
        json.get("boot_id").getAsString(),
        json.get("pid").getAsLong(),
        json.get("start_ticks").getAsLong());
  }

  /** Whether that very process still runs. */
  boolean alive() {
    try {
      if (!Files.readString(BOOT_ID).strip().equals(bootId)) {
        return false;
      }
      var stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return !fields[0].equals("Z") && Long.parseLong(fields[START_FIELD]) == startTicks;
    } catch (IOException none) {
      return false;
    }
  }

  private int realUser() {
    try (var lines = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
      return lines
          .filter(line -> line.startsWith("Uid:"))
          .map(line -> Integer.parseInt(line.split("\\s+", -1)[1]))
          .findFirst()
          .orElse(-1);
    } catch (IOException | UncheckedIOException gone) {
      return -1;
    }
  }

  /**
   * Kills the process, if it is still that one, and waits until it and its namespace are gone.
   *
   * @param user whose the process must be: tasks may have written the record, and the server may be
   *     root; empty if tasks have the server's rights anyway
   */
  void end(OptionalInt user) {
    if (user.isPresent() && alive() && realUser() != user.getAsInt()) {
      LOG.warn(
          "Process {} is not of user {}, whose tasks name it as their parent: it goes on.",
          pid,
          user.getAsInt());
      return;
    }
    var deadline = System.nanoTime() + DEATH_MAX.toNanos();
    while (alive() && System.nanoTime() < deadline) {
      ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
      LockSupport.parkNanos(LOOK_EVERY.toNanos());
    }
  }
}
