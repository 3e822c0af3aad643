package dev.harrier.bench.measure;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/**
 * One measured quantity.
 *
 * @param section that measured it
 * @param name what it is
 * @param unit of all its numbers
 * @param rounds one number per round, in the order of measuring; at least one
 * @param bar what it is to reach
 * @param reference what it stands beside
 * @param remark how it was measured, as far as the name does not say
 */
public record Figure(
    String section,
    String name,
    String unit,
    List<Double> rounds,
    Optional<Bar> bar,
    Optional<Reference> reference,
    String remark) {
  public Figure {
    requireNonNull(section, "section");
    requireNonNull(name, "name");
    requireNonNull(unit, "unit");
    rounds = List.copyOf(rounds);
    requireNonNull(bar, "bar");
    requireNonNull(reference, "reference");
    requireNonNull(remark, "remark");
    if (rounds.isEmpty()) {
      throw new IllegalArgumentException("%s: expected at least one round".formatted(name));
    }
  }

  /** A quantity without bar or reference. */
  public static Figure of(String section, String name, String unit, List<Double> rounds) {
    return new Figure(section, name, unit, rounds, Optional.empty(), Optional.empty(), "");
  }

  /** The same with a bar. */
  public Figure with(Bar other) {
    return new Figure(section, name, unit, rounds, Optional.of(other), reference, remark);
  }

  /** The same beside a reference. */
  public Figure beside(Reference other) {
    return new Figure(section, name, unit, rounds, bar, Optional.of(other), remark);
  }

  /** The same with a remark. */
  public Figure remark(String other) {
    return new Figure(section, name, unit, rounds, bar, reference, other);
  }

  /** The middle round. */
  public double median() {
    return Samples.median(rounds);
  }

  /** The lowest round. */
  public double min() {
    return rounds.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
  }

  /** The highest round. */
  public double max() {
    return rounds.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
  }
}
