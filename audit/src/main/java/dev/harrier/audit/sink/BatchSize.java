package dev.harrier.audit.sink;

/**
 * How many records a sink is sent at once: half of them after each failure, since it may be the
 * size that its receiver refuses, and twice as many after some successes.
 */
final class BatchSize {
  /** So that a receiver that takes few at once is not asked for too many at every other time. */
  private static final int GROWS_AFTER = 4;

  private final int linesMax;
  private int lines;
  private int successes;

  BatchSize(int linesMax) {
    this.linesMax = linesMax;
    this.lines = linesMax;
  }

  /** How many. */
  int lines() {
    return lines;
  }

  /** Whether it is less than it might be: each batch is confirmed by itself then. */
  boolean reduced() {
    return lines < linesMax;
  }

  /** Whether fewer can be sent. */
  boolean reducible() {
    return lines > 1;
  }

  /** Of what was sent, nothing is confirmed. */
  void failed(long sent) {
    successes = 0;
    if (sent > 0) {
      lines = (int) Math.max(1, Math.min(lines, sent) / 2);
    }
  }

  /** All that was sent is confirmed. */
  void succeeded() {
    successes++;
    if (reduced() && successes >= GROWS_AFTER) {
      successes = 0;
      lines = Math.min(linesMax, lines * 2);
    }
  }
}
