package dev.harrier.server.safety;

import static java.util.Objects.requireNonNull;

import dev.harrier.spi.machine.FileMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The files of a home that an attacker would want.
 *
 * @param home the folder of all
 * @param secretFolders whose files are all secret
 * @param secretFiles that are secret, if they are there
 * @param datedFiles that were written by former starts, if there were any
 */
public record HomeFiles(
    Path home, List<Path> secretFolders, List<Path> secretFiles, List<Path> datedFiles) {
  public HomeFiles {
    requireNonNull(home, "home");
    secretFolders = List.copyOf(secretFolders);
    secretFiles = List.copyOf(secretFiles);
    datedFiles = List.copyOf(datedFiles);
  }

  /**
   * Refuses a home that others may change, and secrets that others may read or change.
   *
   * @throws RefusedStartException with the command that mends it
   */
  void checkModes() throws IOException {
    var mode = FileMode.of(home);
    if (mode.changedByOthers()) {
      throw new RefusedStartException(
          "The home %s: expected a folder that nobody else may change, found mode %s: who can replace a key in it is the server. Mend it with 'chmod go-w %s' if nobody did."
              .formatted(home, mode, home));
    }
    for (var folder : secretFolders) {
      if (Files.isDirectory(folder)) {
        check(folder, "700");
      }
    }
    for (var file : allSecrets()) {
      check(file, "600");
    }
  }

  private static void check(Path path, String mode) throws IOException {
    var found = FileMode.of(path);
    if (!found.privateToOwner()) {
      throw new RefusedStartException(
          "%s: expected mode %s, for the server's user alone, found %s: others may have read its secrets. If nobody did, mend it with 'chmod %s %s'; else delete what is in it, and a start makes new ones."
              .formatted(path, mode, found, mode, path));
    }
  }

  private List<Path> allSecrets() throws IOException {
    var all = new ArrayList<Path>();
    for (var folder : secretFolders) {
      if (Files.isDirectory(folder)) {
        try (var files = Files.list(folder)) {
          all.addAll(files.filter(Files::isRegularFile).sorted().toList());
        }
      }
    }
    secretFiles.stream().filter(Files::isRegularFile).forEach(all::add);
    return all;
  }

  /** All files whose time tells of a former start. */
  List<Path> dated() throws IOException {
    var all = new ArrayList<>(allSecrets());
    datedFiles.stream().filter(Files::isRegularFile).forEach(all::add);
    return all;
  }
}
