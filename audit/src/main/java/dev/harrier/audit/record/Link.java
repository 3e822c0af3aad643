package dev.harrier.audit.record;

import static java.util.Objects.requireNonNull;

/**
 * What binds a record to the one before.
 *
 * @param sequence 1 for the first record of a log, and no number missing
 * @param previous the hash of the record before in hex, 64 zeros for the first
 * @param timeMillis when it was written
 * @param uid that no two records of any log share
 */
public record Link(long sequence, String previous, long timeMillis, String uid) {
  /** What the first record has before it. */
  public static final String NONE = "0".repeat(64);

  public Link {
    requireNonNull(previous, "previous");
    requireNonNull(uid, "uid");
  }
}
