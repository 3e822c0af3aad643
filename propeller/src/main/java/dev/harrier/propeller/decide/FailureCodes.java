package dev.harrier.propeller.decide;

/** The codes of failures that the engine itself finds. */
final class FailureCodes {
  /** The execution's own time limit ran out: it ends TIMED_OUT. */
  static final String EXECUTION_TIMEOUT = "ExecutionTimeoutExpired";

  /** The time limit of a subworkflow or launch plan node ran out: it ends TIMED_OUT. */
  static final String NODE_TIMEOUT = "NodeTimeoutExpired";

  /** An attempt's time limit ran out: another attempt may follow. FlytePropeller's code. */
  static final String ATTEMPT_TIMEOUT = "TimeoutExpired";

  /** A retry budget is used up; the last failure's code follows it. FlytePropeller's prefix. */
  static final String RETRIES_EXHAUSTED = "RetriesExhausted|";

  static final String BINDING = "BindingResolutionError";
  static final String CHILD_FAILED = "RemoteChildWorkflowExecutionFailed";
  static final String LOST = "AttemptLost";
  static final String NOT_RUN = "NotImplemented";
  static final String REFUSED_BY_RUNTIME = "TaskNotRunnable";

  /** The engine could not go on with this execution. */
  static final String ENGINE = "EngineError";

  private FailureCodes() {}
}
