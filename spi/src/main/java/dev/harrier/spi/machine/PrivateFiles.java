package dev.harrier.spi.machine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Files and folders that nobody but their owner may open. */
public final class PrivateFiles {
  private static final FileAttribute<?> FOLDER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final FileAttribute<?> FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private PrivateFiles() {}

  /** Makes a folder with mode 0700, and those above it that are missing. */
  public static void createFolder(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder, FOLDER);
    }
  }

  /** Opens a file for writing, with mode 0600 if it is new. */
  public static FileChannel open(Path file) throws IOException {
    return FileChannel.open(file, Set.of(CREATE, WRITE), FILE);
  }

  /**
   * Writes a file with mode 0600, whole or not at all, over what was there; it lasts from then on.
   * The folder is made if it is missing.
   */
  public static void write(Path file, String text) throws IOException {
    var folder = requireNonNull(file.toAbsolutePath().getParent(), "a file's folder");
    createFolder(folder);
    var draft = file.resolveSibling(file.getFileName() + ".draft");
    // A draft of a start that was cut off is of no use, and its mode is not to be trusted.
    Files.deleteIfExists(draft);
    try (var channel = FileChannel.open(draft, Set.of(CREATE_NEW, WRITE), FILE)) {
      writeAll(channel, ByteBuffer.wrap(text.getBytes(UTF_8)));
      channel.force(true);
    }
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    try (var directory = FileChannel.open(folder, READ)) {
      // What is sealed with a new key must not outlast the key.
      directory.force(true);
    }
  }

  /** Writes all bytes where the channel stands. */
  public static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /**
   * Reads a file that must be private.
   *
   * @throws IOException also if somebody else may read or write it: what it holds may be known
   */
  public static String read(Path file) throws IOException {
    var mode = FileMode.of(file);
    if (!mode.privateToOwner()) {
      throw new IOException(
          "%s is open to others: expected mode rw-------, found %s. If nobody read it, mend it with 'chmod 600 %s'; else replace what is in it."
              .formatted(file, mode, file));
    }
    return Files.readString(file);
  }
}
