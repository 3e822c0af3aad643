package dev.harrier.spi;

import static java.util.Objects.requireNonNull;

import flyteidl.core.Literals.LiteralMap;
import java.time.Instant;

/**
 * What a runtime saw of an attempt. It may be told twice, late or out of order. It is told when it
 * happens, and again to whoever asks until {@link TaskRuntime#acknowledge}.
 */
public sealed interface Observation {
  /** The attempt. */
  AttemptId attempt();

  /** When, by the runtime's clock. */
  Instant at();

  /**
   * It runs.
   *
   * @param host where
   * @param logUri where its output can be read while it runs and after
   */
  record Started(AttemptId attempt, Instant at, String host, String logUri) implements Observation {
    public Started {
      requireNonNull(attempt, "attempt");
      requireNonNull(at, "at");
      requireNonNull(host, "host");
      requireNonNull(logUri, "logUri");
    }
  }

  /**
   * It succeeded.
   *
   * @param outputs read from where the task wrote them; literals too large for a row are offloaded,
   *     each by itself
   */
  record Succeeded(AttemptId attempt, Instant at, LiteralMap outputs) implements Observation {
    public Succeeded {
      requireNonNull(attempt, "attempt");
      requireNonNull(at, "at");
      requireNonNull(outputs, "outputs");
    }
  }

  /** It failed; the failure says whose fault and whether another attempt may help. */
  record Failed(AttemptId attempt, Instant at, Failure failure) implements Observation {
    public Failed {
      requireNonNull(attempt, "attempt");
      requireNonNull(at, "at");
      requireNonNull(failure, "failure");
    }
  }

  /** It vanished, and nobody will ever know its result. It will not run again under its number. */
  record Lost(AttemptId attempt, Instant at, String reason) implements Observation {
    public Lost {
      requireNonNull(attempt, "attempt");
      requireNonNull(at, "at");
      requireNonNull(reason, "reason");
    }
  }
}
