package dev.harrier.propeller.simulation;

/** Bugs that are put in on purpose, one at a time: the simulation must find each. */
public enum Plant {
  NONE,
  /** The journal takes a batch under any lease, and of any revision. */
  NO_FENCE,
  /** A runtime starts an attempt that it has started before. */
  NO_DEDUPE,
  /** A runtime does not tell the end of an attempt now and then. */
  LOST_NOTICE,
  /** Actions are performed although their commit has not happened yet, and a crash undoes it. */
  ACT_BEFORE_COMMIT,
  /** A timer is kept in memory only. */
  LOST_TIMER,
  /** A row goes back to an earlier phase. */
  PHASE_MOVES_BACK,
  /** What was to be done is kept in memory only. */
  ACTION_NOT_FROM_ROWS
}
