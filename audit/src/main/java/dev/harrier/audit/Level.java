package dev.harrier.audit;

/** How much is recorded of a call. */
public enum Level {
  /** Nothing at all. */
  NONE,
  /** Who, what, on which thing, whether it was allowed, how it ended. */
  METADATA,
  /** The same and the request, redacted field by field. */
  REQUEST;

  /** As it is written and configured. */
  public String word() {
    return switch (this) {
      case NONE -> "none";
      case METADATA -> "metadata";
      case REQUEST -> "request";
    };
  }
}
