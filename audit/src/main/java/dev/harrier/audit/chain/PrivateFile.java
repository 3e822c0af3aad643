package dev.harrier.audit.chain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/** Files that nobody but their owner may open; this room stands beside the one of security. */
public final class PrivateFile {
  private static final Set<PosixFilePermission> FOLDER =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");

  private PrivateFile() {}

  /** Makes a folder with mode 0700, and those above it that are missing. */
  public static void createFolder(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(FOLDER));
    }
  }

  /** Opens a file for writing, with mode 0600 if it is new. */
  static FileChannel open(Path file) throws IOException {
    return FileChannel.open(
        file, Set.of(CREATE, WRITE), PosixFilePermissions.asFileAttribute(FILE));
  }

  /** Writes a file with mode 0600, whole or not at all, over what was there. */
  public static void write(Path file, String text) throws IOException {
    var folder = file.getParent();
    if (folder != null) {
      createFolder(folder);
    }
    var draft = file.resolveSibling(file.getFileName() + ".draft");
    Files.deleteIfExists(draft);
    try (var channel =
        FileChannel.open(
            draft, Set.of(CREATE_NEW, WRITE), PosixFilePermissions.asFileAttribute(FILE))) {
      writeAll(channel, ByteBuffer.wrap(text.getBytes(UTF_8)));
      channel.force(true);
    }
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * Reads a file that must be private.
   *
   * @throws IOException also if somebody else may read or write it
   */
  public static String read(Path file) throws IOException {
    var found = Files.getPosixFilePermissions(file);
    var others = EnumSet.noneOf(PosixFilePermission.class);
    others.addAll(found);
    others.removeAll(FILE);
    if (!others.isEmpty()) {
      throw new IOException(
          "%s is open to others: expected mode rw-------, found %s. If nobody read it, mend it with 'chmod 600 %s'."
              .formatted(file, PosixFilePermissions.toString(found), file));
    }
    return Files.readString(file);
  }

  static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
