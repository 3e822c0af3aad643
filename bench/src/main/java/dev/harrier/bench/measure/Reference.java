package dev.harrier.bench.measure;

import static java.util.Objects.requireNonNull;

/**
 * Something measured beside a figure, in the same run on the same machine.
 *
 * @param name what was measured
 * @param value its median, in the figure's unit
 */
public record Reference(String name, double value) {
  public Reference {
    requireNonNull(name, "name");
  }
}
