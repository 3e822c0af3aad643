package dev.harrier.blobstore;

import static java.util.Objects.requireNonNull;

import dev.harrier.spi.Rejection;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileOwnerAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An open folder, held by its descriptor: entries are reached from it one name at a time, so a
 * symbolic link that a task plants on the way is never followed, whenever it is planted.
 */
final class Folder implements Closeable {
  static final FileAttribute<Set<PosixFilePermission>> FOLDER_MODE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  static final FileAttribute<Set<PosixFilePermission>> FILE_MODE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final SecureDirectoryStream<Path> entries;
  private final Path path;
  private final Optional<UserPrincipal> owner;

  private Folder(SecureDirectoryStream<Path> entries, Path path, Optional<UserPrincipal> owner) {
    this.entries = entries;
    this.path = path;
    this.owner = owner;
  }

  /**
   * Opens a folder at a place that only the operator changes.
   *
   * @param owner to whom is given what is made in it, if that is not this process' user
   */
  static Folder open(Path path, Optional<UserPrincipal> owner) throws IOException {
    // Held until this folder is closed.
    var entries = path.getFileSystem().provider().newDirectoryStream(path, entry -> true);
    if (entries instanceof SecureDirectoryStream<Path> secure) {
      return new Folder(secure, path, owner);
    }
    entries.close();
    throw new IOException(
        path + ": expected a file system that opens files relative to a folder, as Linux has");
  }

  /**
   * Opens a folder in this one; empty if there is none.
   *
   * @throws dev.harrier.spi.RejectedException if a symbolic link has that name
   */
  Optional<Folder> folder(String name) throws IOException {
    var attributes = attributes(name);
    if (attributes.isEmpty() || !attributes.get().isDirectory()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new Folder(
              entries.newDirectoryStream(Path.of(name), LinkOption.NOFOLLOW_LINKS),
              path.resolve(name),
              owner));
    } catch (NoSuchFileException deletedMeanwhile) {
      return Optional.empty();
    }
  }

  /**
   * Opens a folder in this one, or makes it.
   *
   * @throws dev.harrier.spi.RejectedException if something else has that name
   */
  Folder folderOrNew(String name, boolean durable) throws IOException {
    var there = folder(name);
    if (there.isPresent()) {
      there.get().giveIfLeft();
      return there.get();
    }
    // Another may have made the folder between the two looks.
    if (attributes(name).filter(found -> !found.isDirectory()).isPresent()) {
      throw Rejection.failedPrecondition(
          "blob store: expected a folder at %s, found a file", path.resolve(name));
    }
    try {
      Files.createDirectory(path.resolve(name), FOLDER_MODE);
    } catch (FileAlreadyExistsException madeByAnother) {
      // Just as good, if it is a folder: the opening below tells.
    }
    if (durable) {
      sync();
    }
    var made =
        folder(name).orElseThrow(() -> new NoSuchFileException(path.resolve(name).toString()));
    made.giveIfLeft();
    return made;
  }

  // A server that was killed between making a folder and giving it away left it to itself.
  private void giveIfLeft() throws IOException {
    if (owner.isPresent()) {
      // By its descriptor: the name may lead elsewhere by now.
      var view =
          requireNonNull(
              entries.getFileAttributeView(FileOwnerAttributeView.class), "Linux has owners");
      if (!view.getOwner().equals(owner.get())) {
        view.setOwner(owner.get());
      }
    }
  }

  /** Opens a file for reading; empty if there is none, or something that is no regular file. */
  Optional<FileChannel> file(String name) throws IOException {
    var attributes = attributes(name);
    // A pipe that a task made would be waited on for ever.
    if (attributes.isEmpty() || !attributes.get().isRegularFile()) {
      return Optional.empty();
    }
    try {
      return Optional.of(channel(name, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)));
    } catch (NoSuchFileException deletedMeanwhile) {
      return Optional.empty();
    }
  }

  /** Makes a file for writing; there must be none. */
  FileChannel newFile(String name) throws IOException {
    var made =
        channel(
            name,
            Set.of(
                StandardOpenOption.WRITE,
                StandardOpenOption.CREATE_NEW,
                LinkOption.NOFOLLOW_LINKS));
    if (owner.isPresent()) {
      give(
          entries.getFileAttributeView(
              Path.of(name), FileOwnerAttributeView.class, LinkOption.NOFOLLOW_LINKS),
          owner.get());
    }
    return made;
  }

  private static void give(@Nullable FileOwnerAttributeView file, UserPrincipal owner)
      throws IOException {
    requireNonNull(file, "Linux has owners").setOwner(owner);
  }

  /** Moves a file of this folder to another, over a file or a link of that name, in one step. */
  void move(String name, Folder target, String targetName) throws IOException {
    // A look first, for the message: the move itself fails on a folder in any case.
    if (target.attributesOfAny(targetName).filter(BasicFileAttributes::isDirectory).isPresent()) {
      throw Rejection.failedPrecondition(
          "blob store: expected a file or nothing at %s, found a folder",
          target.path.resolve(targetName));
    }
    entries.move(Path.of(name), target.entries, Path.of(targetName));
  }

  /** Deletes a file or a link; a folder stays. */
  void delete(String name) throws IOException {
    if (attributesOfAny(name).filter(found -> !found.isDirectory()).isPresent()) {
      try {
        entries.deleteFile(Path.of(name));
      } catch (NoSuchFileException deletedMeanwhile) {
        // What was asked for.
      }
    }
  }

  /** Waits until the names in this folder are on the disk. */
  void sync() throws IOException {
    try (var self = channel(".", Set.of(StandardOpenOption.READ))) {
      self.force(true);
    }
  }

  private FileChannel channel(String name, Set<OpenOption> options) throws IOException {
    var channel =
        options.contains(StandardOpenOption.CREATE_NEW)
            ? entries.newByteChannel(Path.of(name), options, FILE_MODE)
            : entries.newByteChannel(Path.of(name), options);
    if (channel instanceof FileChannel file) {
      return file;
    }
    channel.close();
    throw new IOException(path.resolve(name) + ": expected a file that can be forced to the disk");
  }

  private Optional<BasicFileAttributes> attributes(String name) throws IOException {
    var found = attributesOfAny(name);
    if (found.filter(BasicFileAttributes::isSymbolicLink).isPresent()) {
      throw Rejection.permissionDenied(
          "blob store: expected no symbolic link, found one called '%s'", name);
    }
    return found;
  }

  private Optional<BasicFileAttributes> attributesOfAny(String name) throws IOException {
    try {
      return Optional.of(
          entries
              .getFileAttributeView(
                  Path.of(name), BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
              .readAttributes());
    } catch (NoSuchFileException none) {
      return Optional.empty();
    }
  }

  @Override
  public void close() throws IOException {
    entries.close();
  }
}
