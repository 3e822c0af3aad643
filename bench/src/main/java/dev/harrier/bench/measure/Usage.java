package dev.harrier.bench.measure;

import java.util.function.DoubleSupplier;

/**
 * What a span of work used.
 *
 * @param seconds it took
 * @param programMillis processor time of Harrier's own process
 * @param postgresMillis processor time of its PostgreSQL
 * @param othersCores processors that everybody else kept busy meanwhile, on average
 */
public record Usage(
    double seconds, double programMillis, double postgresMillis, double othersCores) {

  /** Processor time of both together. */
  public double cpuMillis() {
    return programMillis + postgresMillis;
  }

  /** Something that takes time. */
  @FunctionalInterface
  public interface Work {
    /** Does it, and returns when it is done. */
    void run() throws Exception;
  }

  /** Measures work; the suppliers tell the processor time so far. */
  public static Usage of(DoubleSupplier program, DoubleSupplier postgres, Work work)
      throws Exception {
    var programBefore = program.getAsDouble();
    var postgresBefore = postgres.getAsDouble();
    var machineBefore = Machine.busyMillis();
    var from = System.nanoTime();
    work.run();
    var seconds = (System.nanoTime() - from) / 1e9;
    var programUsed = program.getAsDouble() - programBefore;
    var postgresUsed = postgres.getAsDouble() - postgresBefore;
    var others = Machine.busyMillis() - machineBefore - programUsed - postgresUsed;
    return new Usage(seconds, programUsed, postgresUsed, Math.max(0, others / (seconds * 1000)));
  }
}
