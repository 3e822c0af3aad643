package dev.harrier.audit;

import static java.util.Objects.requireNonNull;

/**
 * Where a call came from.
 *
 * @param address in digits; empty if it came from nowhere outside
 * @param certificate whether it showed a certificate that was verified
 * @param correlation the id that the call has in the log and in its answer; may be empty
 */
public record Source(String address, boolean certificate, String correlation) {
  /** This process. */
  public static final Source HERE = new Source("", false, "");

  public Source {
    requireNonNull(address, "address");
    requireNonNull(correlation, "correlation");
  }
}
