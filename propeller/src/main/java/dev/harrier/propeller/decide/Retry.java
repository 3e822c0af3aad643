package dev.harrier.propeller.decide;

import dev.harrier.idl.engine.v1.NodeState;
import dev.harrier.spi.Failure;

/**
 * Whether another attempt follows a failed one. A failure of the user's code spends the task's own
 * budget, one of the platform a budget of its own, so that neither eats the other's.
 *
 * <p>Budgets and texts are FlytePropeller's (1.16): attempts are retries plus one; three failures
 * of the platform are the end.
 */
final class Retry {
  /** Failures of the platform after which a node fails. */
  static final int SYSTEM_FAILURES_MAX = 3;

  private Retry() {}

  sealed interface Verdict {
    /** The failures counted, this one included. */
    NodeState counted();

    record Again(NodeState counted) implements Verdict {}

    record Over(NodeState counted, Failure failure) implements Verdict {}
  }

  /**
   * Judges one failure.
   *
   * @param userAttemptsMax the task's retries plus one, at least 1
   */
  static Verdict judge(NodeState before, Failure failure, int userAttemptsMax) {
    var system = failure.kind() == Failure.Kind.SYSTEM;
    var counted =
        system
            ? before.toBuilder().setSystemFailures(before.getSystemFailures() + 1).build()
            : before.toBuilder().setUserFailures(before.getUserFailures() + 1).build();
    if (!failure.recoverable()) {
      return new Verdict.Over(counted, failure);
    }
    var spent = system ? counted.getSystemFailures() : counted.getUserFailures();
    var budget = system ? SYSTEM_FAILURES_MAX : userAttemptsMax;
    if (spent < budget) {
      return new Verdict.Again(counted);
    }
    var message =
        "[%d/%d] currentAttempt done. Last Error: %s::%s"
            .formatted(spent, budget, failure.kind(), failure.message());
    return new Verdict.Over(
        counted,
        new Failure(
            FailureCodes.RETRIES_EXHAUSTED + failure.code(), message, failure.kind(), false));
  }
}
