package dev.harrier.runtime.process.sandbox;

/** What stands between a task and everything else on the machine. */
public enum Walls {
  /** A warm parent in bubblewrap, and each attempt in namespaces of its own inside it. */
  NAMESPACES("walled"),
  /** Each attempt starts cold, in a bubblewrap of its own. */
  BUBBLEWRAP_EACH("bubblewrap"),
  /** None: tasks run as the server's user and can read and write all that it can. */
  NONE("open");

  private final String mode;

  Walls(String mode) {
    this.mode = mode;
  }

  /** The word for it in the parent's settings. */
  public String mode() {
    return mode;
  }
}
