package dev.harrier.runtime.process.folder;

import static java.util.Objects.requireNonNull;

import dev.harrier.spi.machine.HeldFolder;
import dev.harrier.spi.machine.MachineUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * Folders that only their owner may enter, and files in them. Below a trusted folder, which the
 * server alone changes or nobody can exchange, no link is followed: tasks' user may own what is
 * there, and the server may be root.
 */
public final class Folders {
  /** Far more than any record takes, and nothing to a heap. */
  private static final int RECORD_BYTES_MAX = 16 << 20;

  private Folders() {}

  /** Makes a folder of the server's own; the operator may have put a link there. */
  public static Path createPrivate(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    return folder;
  }

  /**
   * Makes a folder, or makes one private again, and gives it.
   *
   * @param trusted above it
   * @param owner whose it is to be, if that is not the server's user
   */
  static Path createPrivate(Path trusted, Path folder, Optional<MachineUser> owner)
      throws IOException {
    try (var held = HeldFolder.open(trusted, parent(folder))) {
      held.privateFolder(name(folder), owner);
    }
    return folder;
  }

  /** Writes a file that this user, or who is given it, alone may read; whole or not at all. */
  static void replace(Path trusted, Path file, String text, Optional<MachineUser> owner)
      throws IOException {
    try (var held = HeldFolder.open(trusted, parent(file))) {
      held.replace(name(file), text, owner);
    }
  }

  /**
   * What a file says; empty if there is none, and an empty text if something else has its name or
   * it is longer than any record.
   */
  public static Optional<String> text(Path trusted, Path file) throws IOException {
    try (var held = HeldFolder.open(trusted, parent(file))) {
      return held.text(name(file), RECORD_BYTES_MAX);
    } catch (NoSuchFileException none) {
      return Optional.empty();
    } catch (NotDirectoryException link) {
      return Optional.of("");
    }
  }

  /**
   * Deletes a folder with all that is in it, following no link; fine if there is none.
   *
   * @param folder in one that is trusted
   */
  public static void delete(Path folder) throws IOException {
    try (var held = HeldFolder.open(parent(folder))) {
      held.delete(name(folder));
    } catch (NoSuchFileException none) {
      // What was asked for.
    }
  }

  private static Path parent(Path path) {
    return requireNonNull(path.getParent(), "a folder above");
  }

  private static String name(Path path) {
    return String.valueOf(path.getFileName());
  }
}
