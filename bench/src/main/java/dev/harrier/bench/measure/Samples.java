package dev.harrier.bench.measure;

import java.util.Arrays;
import java.util.List;

/** Middles and tails of measured numbers. */
public final class Samples {
  private static final double NANOS_PER_MILLI = 1e6;

  private Samples() {}

  /** The middle of some numbers, the mean of the two middle ones if they are even. */
  public static double median(List<Double> numbers) {
    var sorted = numbers.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    var middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /**
   * The number below which a share of all lies.
   *
   * @param share from 0 to 1
   * @return milliseconds; 0 if there are no numbers
   */
  public static double percentileMillis(long[] nanos, double share) {
    if (nanos.length == 0) {
      return 0;
    }
    var sorted = nanos.clone();
    Arrays.sort(sorted);
    var index = (int) Math.ceil(share * sorted.length) - 1;
    return sorted[Math.max(0, index)] / NANOS_PER_MILLI;
  }
}
