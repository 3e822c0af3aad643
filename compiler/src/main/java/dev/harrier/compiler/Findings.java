package dev.harrier.compiler;

import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/** The errors found so far in one compilation; the same error found twice counts once. */
final class Findings {
  private final TreeSet<CompileError> found =
      new TreeSet<>(
          Comparator.comparing((CompileError error) -> error.code().text())
              .thenComparing(CompileError::toString));

  void add(CompileError error) {
    found.add(error);
  }

  void addAll(Findings others) {
    found.addAll(others.found);
  }

  boolean isEmpty() {
    return found.isEmpty();
  }

  List<CompileError> list() {
    return List.copyOf(found);
  }

  /** The value if nothing was found wrong, else the errors. */
  <T> Compiled<T> resultOf(T value) {
    return found.isEmpty() ? new Compiled.Ok<>(value) : new Compiled.Failed<>(list());
  }
}
