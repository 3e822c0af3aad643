package dev.harrier.bench.measure;

/**
 * What a figure is to reach.
 *
 * @param lowerIsBetter whether the figure should stay at or below the value
 */
public record Bar(double value, boolean lowerIsBetter) {
  /** A rate or the like: this much or more. */
  public static Bar atLeast(double value) {
    return new Bar(value, false);
  }

  /** A time or a size: this much or less. */
  public static Bar atMost(double value) {
    return new Bar(value, true);
  }

  /** How much of the bar a figure reaches: 1 is on it, more is better, below 0.5 is far off. */
  public double reachedBy(double found) {
    return lowerIsBetter ? value / found : found / value;
  }
}
