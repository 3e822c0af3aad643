package dev.harrier.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Where the tests find the program, the examples, the workflows and the Python to run them. */
public final class Places {
  private static final String MAIN = "dev.harrier.server.Main";

  private Places() {}

  static Path project() {
    return Path.of(System.getProperty("harrier.project", "..")).toAbsolutePath().normalize();
  }

  static Path examples() {
    return project().resolve("examples");
  }

  static Path workflows() {
    return project().resolve("conformance/src/test/python/workflows");
  }

  /** Where a script finds the package of the workflows. */
  static String pythonPath() {
    return project().resolve("conformance/src/test/python").toString();
  }

  static Path scripts() {
    return project().resolve("conformance/src/test/python/scripts");
  }

  /** The script that makes Python environments. */
  static Path environments() {
    return project()
        .resolve("server/src/main/resources/dev/harrier/server/python/make_environment.py");
  }

  /** A configuration file of the tests. */
  static Path configuration(String name) {
    return project().resolve("conformance/src/test/configuration").resolve(name);
  }

  /** The scripts that a browser is led by. */
  static Path browser() {
    return project().resolve("conformance/src/test/browser");
  }

  /** Where environments are kept for the next run, as the build keeps that of flytekit. */
  static Path pythonCache() {
    return python().resolve("../../../harrier-test-environments").normalize();
  }

  /** The Python with flytekit that the build names for tests. */
  public static Path python() {
    var named = System.getProperty("harrier.test.python", System.getenv("HARRIER_TEST_PYTHON"));
    if (named == null || named.isBlank()) {
      throw new AssertionError(
          "These tests need a Python with flytekit 1.16: name its interpreter by the system"
              + " property harrier.test.python or the variable HARRIER_TEST_PYTHON.");
    }
    return Path.of(named).toAbsolutePath();
  }

  /** By its absolute path: started by a relative one it packs itself into the user's code. */
  static Path pyflyte() {
    return python().resolveSibling("pyflyte");
  }

  /** The command of the server as it is shipped: its jar, which names the jars beside it. */
  static List<String> server() {
    var target = project().resolve("server/target");
    var line = new ArrayList<String>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.add("--enable-native-access=ALL-UNNAMED");
    line.add("--sun-misc-unsafe-memory-access=allow");
    line.add("-cp");
    line.add(jar(target).toString());
    line.add(MAIN);
    return List.copyOf(line);
  }

  private static Path jar(Path target) {
    try (var files = Files.list(target)) {
      return files
          .filter(
              file -> file.getFileName().toString().matches("harrier-server-.*(?<!-sources)\\.jar"))
          .findFirst()
          .orElseThrow(() -> notBuilt(target));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static AssertionError notBuilt(Path target) {
    return new AssertionError(
        "There is no jar of the server in %s: build the module 'server' up to package first."
            .formatted(target));
  }

  /** A program on this machine's PATH. */
  static Optional<Path> onPath(String name) {
    for (var folder : String.valueOf(System.getenv("PATH")).split(":", -1)) {
      var candidate = Path.of(folder, name);
      if (Files.isExecutable(candidate)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }
}
