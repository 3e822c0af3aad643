package dev.harrier.runtime.process.outcome;

import static java.util.Objects.requireNonNull;

import com.google.gson.JsonObject;
import java.time.Instant;
import java.util.Optional;

/**
 * How an attempt's process ended, as its parent wrote it down.
 *
 * @param message more about the reason; for {@link Reason#MEMORY} and {@link Reason#DISK} the bytes
 *     that were in use, for {@link Reason#PROCESSES} their number
 * @param exitCode empty if a signal ended it or it never ran
 * @param signal empty if it ended by itself or never ran
 */
public record ExitRecord(
    Reason reason,
    String message,
    Optional<Integer> exitCode,
    Optional<Integer> signal,
    Instant endedAt) {
  public ExitRecord {
    requireNonNull(reason, "reason");
    requireNonNull(message, "message");
    requireNonNull(exitCode, "exitCode");
    requireNonNull(signal, "signal");
    requireNonNull(endedAt, "endedAt");
  }

  /** What ended an attempt. */
  public enum Reason {
    /** Itself, or a signal from elsewhere. */
    EXIT,
    /** An abort. */
    ABORTED,
    /** Its wall time was over. */
    WALL,
    /** Its processor time was over. */
    CPU,
    /** It used more memory than it may. */
    MEMORY,
    /** It wrote more into its folders than it may. */
    DISK,
    /** It had more processes than it may. */
    PROCESSES,
    /** Its walls could not be built, so it never ran. */
    WALLS,
    /** No process could be made for it, so it never ran. */
    FORK,
    /** Nobody knows: the record is there and cannot be understood. */
    DAMAGED
  }

  /**
   * Reads what a parent wrote; one that is damaged is {@link Reason#DAMAGED}, and its time is none.
   */
  public static ExitRecord of(JsonObject json) {
    try {
      return whole(json);
    } catch (RuntimeException damaged) {
      return new ExitRecord(
          Reason.DAMAGED, damaged.toString(), Optional.empty(), Optional.empty(), Instant.EPOCH);
    }
  }

  private static ExitRecord whole(JsonObject json) {
    return new ExitRecord(
        Reason.valueOf(json.get("reason").getAsString().toUpperCase(java.util.Locale.ROOT)),
        json.get("message").getAsString(),
        number(json, "exit_code"),
        number(json, "signal"),
        Instant.ofEpochMilli((long) (json.get("ended_at").getAsDouble() * 1000)));
  }

  private static Optional<Integer> number(JsonObject json, String name) {
    var value = json.get(name);
    return value == null || value.isJsonNull() ? Optional.empty() : Optional.of(value.getAsInt());
  }
}
