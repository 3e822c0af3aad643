package dev.harrier.propeller.bind;

/** A binding names a value that is not there; the node that needs it fails with this text. */
public final class UnresolvedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String text;

  public UnresolvedException(String text) {
    super(text, null, false, false);
    this.text = text;
  }

  /** What is missing, in a sentence for the workflow's author. */
  public String text() {
    return text;
  }
}
