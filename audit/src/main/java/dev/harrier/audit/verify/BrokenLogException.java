package dev.harrier.audit.verify;

/** A log is not what was written. */
public final class BrokenLogException extends Exception {
  private static final long serialVersionUID = 1L;

  private final long sequence;

  /**
   * @param sequence the first record that is not as it was, or is missing
   * @param message a sentence that says what was expected and found
   */
  public BrokenLogException(long sequence, String message) {
    super(message);
    this.sequence = sequence;
  }

  /** The first record that is not as it was, or is missing. */
  public long sequence() {
    return sequence;
  }
}
