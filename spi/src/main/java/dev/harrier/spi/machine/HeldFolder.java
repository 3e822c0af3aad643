package dev.harrier.spi.machine;

import static java.util.Objects.requireNonNull;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileOwnerAttributeView;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * An open folder, held by its descriptor: what is in it is reached from there one name at a time.
 * Whoever has less power than this process and may write in it can plant links, whenever they like:
 * none is followed.
 */
public final class HeldFolder implements Closeable {
  private static final Set<PosixFilePermission> PRIVATE =
      PosixFilePermissions.fromString("rwx------");
  private static final FileAttribute<Set<PosixFilePermission>> FOLDER_MODE =
      PosixFilePermissions.asFileAttribute(PRIVATE);
  private static final FileAttribute<Set<PosixFilePermission>> FILE_MODE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final SecureDirectoryStream<Path> entries;
  private final Path path;

  private HeldFolder(SecureDirectoryStream<Path> entries, Path path) {
    this.entries = entries;
    this.path = path;
  }

  /** Opens a folder at a place that nobody changes who has less power than this process. */
  public static HeldFolder open(Path trusted) throws IOException {
    // Held until this folder is closed.
    var entries = trusted.getFileSystem().provider().newDirectoryStream(trusted, entry -> true);
    if (entries instanceof SecureDirectoryStream<Path> secure) {
      return new HeldFolder(secure, trusted);
    }
    entries.close();
    throw new IOException(
        trusted + ": expected a file system that opens files relative to a folder, as Linux has");
  }

  /**
   * Opens a folder that is reached from such a place, through no link.
   *
   * @param below the place itself, or what is below it
   */
  public static HeldFolder open(Path trusted, Path below) throws IOException {
    var held = open(trusted);
    for (int at = trusted.getNameCount(); at < below.getNameCount(); at++) {
      try (var outer = held) {
        held = outer.folder(below.getName(at).toString());
      }
    }
    return held;
  }

  /**
   * Opens a folder in this one.
   *
   * @throws NotDirectoryException if a link or a file has that name
   */
  public HeldFolder folder(String name) throws IOException {
    // A look first: a pipe would be waited on for ever.
    if (!attributes(name).isDirectory()) {
      throw new NotDirectoryException(path.resolve(name).toString());
    }
    return new HeldFolder(
        entries.newDirectoryStream(Path.of(name), LinkOption.NOFOLLOW_LINKS), path.resolve(name));
  }

  /**
   * Makes a folder in this one that its owner and root alone may enter, or makes one so.
   *
   * @param owner whose it is to be, if that is not this process' user
   */
  public void privateFolder(String name, Optional<MachineUser> owner) throws IOException {
    if (found(name).isEmpty()) {
      try {
        Files.createDirectory(path.resolve(name), FOLDER_MODE);
      } catch (FileAlreadyExistsException madeByAnother) {
        // Just as good, if it is a folder: the opening below tells.
      }
    }
    try (var made = folder(name)) {
      made.setPrivate();
      if (owner.isPresent()) {
        made.give(owner.get());
      }
    }
  }

  /** Writes a file that its owner and root alone may read; whole or not at all. */
  public void replace(String name, String text, Optional<MachineUser> owner) throws IOException {
    var draft = name + ".draft";
    delete(draft);
    create(draft, text, owner);
    entries.move(Path.of(draft), entries, Path.of(name));
  }

  /**
   * Writes a new file that its owner and root alone may read.
   *
   * @throws FileAlreadyExistsException if anything has that name
   */
  public void create(String name, String text, Optional<MachineUser> owner) throws IOException {
    // Into what was made, never by its name again; and private from its first byte on.
    try (var made =
        entries.newByteChannel(
            Path.of(name),
            Set.of(
                StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
            FILE_MODE)) {
      var bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        made.write(bytes);
      }
    }
    if (owner.isPresent()) {
      give(name, owner.get());
    }
  }

  /** Opens a regular file for reading; empty if there is none, or a link or the like. */
  public Optional<SeekableByteChannel> file(String name) throws IOException {
    // A look first: a pipe would be waited on for ever.
    if (found(name).filter(BasicFileAttributes::isRegularFile).isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          entries.newByteChannel(
              Path.of(name), Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)));
    } catch (NoSuchFileException deletedMeanwhile) {
      return Optional.empty();
    }
  }

  /**
   * What is written in a file; empty if nothing has that name, and an empty text if it is no
   * regular file or longer than expected.
   */
  public Optional<String> text(String name, int bytesMax) throws IOException {
    var opened = file(name);
    if (opened.isEmpty()) {
      return found(name).map(other -> "");
    }
    try (var channel = opened.get()) {
      var bytes = Channels.newInputStream(channel).readNBytes(bytesMax + 1);
      return Optional.of(bytes.length > bytesMax ? "" : new String(bytes, StandardCharsets.UTF_8));
    }
  }

  /** Deletes a file, a link, or a folder with all that is in it; fine if there is none. */
  public void delete(String name) throws IOException {
    var there = found(name);
    if (there.isEmpty()) {
      return;
    }
    try {
      if (!there.get().isDirectory()) {
        entries.deleteFile(Path.of(name));
        return;
      }
      try (var inner = listable(name)) {
        inner.setPrivate();
        inner.each(inner::delete);
      }
      entries.deleteDirectory(Path.of(name));
    } catch (NoSuchFileException deletedMeanwhile) {
      // What was asked for.
    }
  }

  /**
   * Gives this folder with the folders and files in it to a user. The folder itself comes last.
   *
   * @param kept folders that keep their owner, with all that is in them
   * @return how many changed hands
   */
  long giveAll(MachineUser owner, Predicate<Path> kept) throws IOException {
    var count = new long[1];
    each(
        name -> {
          var attributes = found(name);
          if (attributes.filter(BasicFileAttributes::isRegularFile).isPresent()) {
            give(name, owner);
            count[0]++;
          } else if (attributes.filter(BasicFileAttributes::isDirectory).isPresent()
              && !kept.test(path.resolve(name))) {
            try (var inner = folder(name)) {
              count[0] += inner.giveAll(owner, kept);
            }
          }
        });
    give(owner);
    return count[0] + 1;
  }

  private interface Step {
    void take(String name) throws IOException;
  }

  /** Can be asked once of an open folder. */
  private void each(Step step) throws IOException {
    try {
      for (var entry : entries) {
        try {
          step.take(String.valueOf(entry.getFileName()));
        } catch (NoSuchFileException deletedMeanwhile) {
          // As good as never seen.
        }
      }
    } catch (DirectoryIteratorException failed) {
      throw failed.getCause();
    }
  }

  private HeldFolder listable(String name) throws IOException {
    try {
      return folder(name);
    } catch (AccessDeniedException denied) {
      if (MachineUser.thisIsRoot()) {
        throw denied;
      }
      // Its owner, who is this process' user, took the right to list it. By name, as it cannot be
      // opened; who could put a link there has all this process' rights to files anyway.
      Files.setPosixFilePermissions(path.resolve(name), PRIVATE);
      return folder(name);
    }
  }

  private void setPrivate() throws IOException {
    linux(entries.getFileAttributeView(PosixFileAttributeView.class)).setPermissions(PRIVATE);
  }

  private void give(MachineUser owner) throws IOException {
    linux(entries.getFileAttributeView(FileOwnerAttributeView.class)).setOwner(owner.principal());
  }

  private void give(String name, MachineUser owner) throws IOException {
    linux(
            entries.getFileAttributeView(
                Path.of(name), FileOwnerAttributeView.class, LinkOption.NOFOLLOW_LINKS))
        .setOwner(owner.principal());
  }

  private static <T> T linux(@Nullable T view) {
    return requireNonNull(view, "Linux has owners and modes");
  }

  /** What has a name, be it a link; empty if nothing has. */
  public Optional<BasicFileAttributes> found(String name) throws IOException {
    try {
      return Optional.of(attributes(name));
    } catch (NoSuchFileException none) {
      return Optional.empty();
    }
  }

  private BasicFileAttributes attributes(String name) throws IOException {
    return linux(
            entries.getFileAttributeView(
                Path.of(name), BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS))
        .readAttributes();
  }

  @Override
  public void close() throws IOException {
    entries.close();
  }
}
