package dev.harrier.spi;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.Message;

/** Carries a {@link Rejection} up to the one place that turns it into an answer. */
public final class RejectedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Rejection rejection;

  public RejectedException(Rejection rejection) {
    // The way to the place of refusal is of no use to anybody: no stack trace, so a refusal stays
    // cheap.
    super(requireNonNull(rejection, "rejection").message(), null, false, false);
    this.rejection = rejection;
  }

  /** What to answer. */
  public Rejection rejection() {
    return rejection;
  }

  /** The same with a typed detail. */
  public RejectedException with(Message typed) {
    return new RejectedException(rejection.with(typed));
  }
}
