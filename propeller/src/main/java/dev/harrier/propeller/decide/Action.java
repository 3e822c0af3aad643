package dev.harrier.propeller.decide;

import dev.harrier.spi.AttemptId;
import dev.harrier.spi.AttemptStart;
import dev.harrier.spi.ExecutionRef;

/**
 * What is to be done outside once a decision is committed. Each is safe to repeat, and each follows
 * from rows, so that a crash loses none.
 */
public sealed interface Action {
  /** The execution that it is done for. */
  ExecutionRef ref();

  /** Writes the attempt's inputs and starts it. From: an attempt's row in QUEUED. */
  record Start(ExecutionRef ref, AttemptStart start) implements Action {}

  /** Ends an attempt for good. From: an unreleased attempt's row in ABORTED or timed out. */
  record Abort(ExecutionRef ref, AttemptId attempt, long epoch, String reason) implements Action {}

  /** Lets the runtime forget an attempt. From: an unreleased attempt's row in a terminal phase. */
  record Acknowledge(ExecutionRef ref, AttemptId attempt) implements Action {}
}
