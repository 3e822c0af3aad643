package dev.harrier.runtime.process;

import java.nio.file.Path;

/** The Python with flytekit that the build names for tests. */
public final class TestPython {
  private TestPython() {}

  /** Its interpreter. */
  public static Path path() {
    var named = System.getProperty("harrier.test.python", System.getenv("HARRIER_TEST_PYTHON"));
    if (named == null || named.isBlank()) {
      throw new AssertionError(
          "These tests need a Python with flytekit 1.16: name its interpreter by the system"
              + " property harrier.test.python or the variable HARRIER_TEST_PYTHON.");
    }
    return Path.of(named);
  }
}
