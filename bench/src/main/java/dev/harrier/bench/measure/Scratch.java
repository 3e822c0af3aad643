package dev.harrier.bench.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/** A folder that goes with everything in it when it is closed. */
public final class Scratch implements AutoCloseable {
  private final Path folder;

  private Scratch(Path folder) {
    this.folder = folder;
  }

  /** A new one among the system's temporary files. */
  public static Scratch create() throws IOException {
    return new Scratch(Files.createTempDirectory("hb").toRealPath());
  }

  /** Where it is. */
  public Path folder() {
    return folder;
  }

  @Override
  public void close() throws IOException {
    try (var all = Files.walk(folder)) {
      for (var one : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(one);
      }
    }
  }
}
