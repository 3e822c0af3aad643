package dev.harrier.security;

import static java.util.Objects.requireNonNull;

/** Text that nobody may see by accident: not in a log, not in an error. */
public final class Secret {
  private final String text;

  public Secret(String text) {
    this.text = requireNonNull(text, "text");
  }

  /** The text itself; the caller must not pass it to a log or an error. */
  public String reveal() {
    return text;
  }

  @Override
  public String toString() {
    return "(secret)";
  }
}
