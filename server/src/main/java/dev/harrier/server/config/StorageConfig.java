package dev.harrier.server.config;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where inputs, outputs and files of tasks are.
 *
 * @param folder for all of them; without it {@code blobs} of the home. Processes of one
 *     installation name the same.
 */
public record StorageConfig(Optional<Path> folder) {
  /** In the home. */
  public static final StorageConfig DEFAULTS = new StorageConfig(Optional.empty());

  public StorageConfig {
    requireNonNull(folder, "folder");
  }
}
