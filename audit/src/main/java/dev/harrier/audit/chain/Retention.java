package dev.harrier.audit.chain;

import static java.util.Objects.requireNonNull;

import java.util.function.LongSupplier;

/**
 * What keeps a closed file longer than its time.
 *
 * @param delivered the last record that every sink has
 * @param unsentBytesMax how large all files together may grow before one is deleted that a sink has
 *     not got; in bytes
 */
public record Retention(LongSupplier delivered, long unsentBytesMax) {
  /** Nobody waits for a record. */
  public static final Retention NO_SINKS = new Retention(() -> Long.MAX_VALUE - 1, 0);

  public Retention {
    requireNonNull(delivered, "delivered");
  }
}
