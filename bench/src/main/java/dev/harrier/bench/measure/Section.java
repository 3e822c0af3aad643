package dev.harrier.bench.measure;

/** One part of the bench, which runs by itself. */
public interface Section {
  /** What users call it. */
  String name();

  /** Measures, and adds its figures to the report. */
  void measure(Report report) throws Exception;
}
