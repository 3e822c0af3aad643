package dev.harrier.spi;

import static java.util.Objects.requireNonNull;

/**
 * Why an attempt, a node or an execution failed.
 *
 * @param code for programs, e.g. {@code USER:RuntimeError}, {@code OOMKilled}, {@code
 *     RetriesExhausted|USER:Recoverable}
 * @param message for people; may span lines
 * @param kind whose fault: decides which retry budget an attempt's failure spends
 * @param recoverable whether another attempt may help
 */
public record Failure(String code, String message, Kind kind, boolean recoverable) {
  public Failure {
    requireNonNull(code, "code");
    requireNonNull(message, "message");
    requireNonNull(kind, "kind");
  }

  /** Whose fault a failure is. */
  public enum Kind {
    USER(1),
    SYSTEM(2);

    private final int number;

    Kind(int number) {
      this.number = number;
    }

    /** The number of the kind in Flyte's {@code ExecutionError.ErrorKind}. */
    public int number() {
      return number;
    }
  }

  /** A failure of the user's code or data that no further attempt mends. */
  public static Failure user(String code, String message) {
    return new Failure(code, message, Kind.USER, false);
  }

  /** A failure of the platform that another attempt may mend. */
  public static Failure system(String code, String message) {
    return new Failure(code, message, Kind.SYSTEM, true);
  }

  /** The same failure, final. */
  public Failure permanent() {
    return new Failure(code, message, kind, false);
  }
}
