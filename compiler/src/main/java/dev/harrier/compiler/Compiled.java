package dev.harrier.compiler;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * What came of compiling: the closed form, or everything that is wrong with the input.
 *
 * @param <T> the closed form, a compiled task or a compiled workflow closure
 */
public sealed interface Compiled<T> permits Compiled.Ok, Compiled.Failed {

  /** The closed form; nothing was found wrong. */
  record Ok<T>(T value) implements Compiled<T> {
    public Ok {
      requireNonNull(value, "value");
    }
  }

  /**
   * All that is wrong, at least one error, each once, ordered by code and then by text.
   *
   * <p>The order is the one in which Flyte prints its errors, so the same input gives the same text
   * each time.
   */
  record Failed<T>(List<CompileError> errors) implements Compiled<T> {
    public Failed {
      errors = List.copyOf(errors);
      if (errors.isEmpty()) {
        throw new IllegalArgumentException(
            "a failed compilation: expected at least one error, got none");
      }
    }

    /** The errors in Flyte's text form, see {@link CompileError#describe(List)}. */
    public String describe() {
      return CompileError.describe(errors);
    }
  }
}
