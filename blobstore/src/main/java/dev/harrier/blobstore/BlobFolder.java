package dev.harrier.blobstore;

import dev.harrier.spi.BlobKey;
import dev.harrier.spi.DataLayout;
import dev.harrier.spi.ProjectDomain;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where blobs are below the root: {@code <root>/<project>/<domain>/<path>}. A project never begins
 * with a dot, so the store's own folder is no blob's.
 */
final class BlobFolder {
  /** Files that are being written; renamed into place when they are whole. */
  static final String INCOMING = ".incoming";

  /** The longest name that Linux file systems take. */
  static final int NAME_BYTES_MAX = 255;

  private static final Duration ORPHAN_AGE = Duration.ofDays(1);

  private final Path root;
  private final String rootPrefix;
  private final BlobOwner owner;

  private BlobFolder(Path root, BlobOwner owner) {
    this.root = root;
    this.owner = owner;
    this.rootPrefix = root.toString().endsWith("/") ? root.toString() : root + "/";
  }

  /**
   * Opens or makes the root, and deletes what a server that was killed left half-written.
   *
   * @param owner of all in it
   */
  static BlobFolder open(Path path, BlobOwner owner, Instant now) throws IOException {
    // Not createDirectories alone: it gives the mode only to what it makes, and that is wanted.
    Files.createDirectories(path, Folder.FOLDER_MODE);
    var root = path.toRealPath();
    Files.createDirectories(root.resolve(INCOMING), Folder.FOLDER_MODE);
    try (var incoming = Files.newDirectoryStream(root.resolve(INCOMING))) {
      for (var file : incoming) {
        // Another server may be on this folder: only what none can still be writing.
        if (Files.getLastModifiedTime(file).toInstant().plus(ORPHAN_AGE).isBefore(now)) {
          Files.deleteIfExists(file);
        }
      }
    }
    owner.begin(root);
    return new BlobFolder(root, owner);
  }

  /** The plain absolute path. */
  String uri(BlobKey key) {
    segments(key);
    return rootPrefix + key;
  }

  /** The exact inverse of {@link #uri}: any other spelling of the same path is nobody's. */
  Optional<BlobKey> key(String uri) {
    if (!uri.startsWith(rootPrefix)) {
      return Optional.empty();
    }
    var parts = uri.substring(rootPrefix.length()).split("/", 3);
    if (parts.length < 3) {
      return Optional.empty();
    }
    try {
      var key = new BlobKey(new ProjectDomain(parts[0], parts[1]), parts[2]);
      return uri(key).equals(uri) ? Optional.of(key) : Optional.empty();
    } catch (RejectedException nameOfNoBlob) {
      return Optional.empty();
    }
  }

  /**
   * Whether a write waits for the disk. Of an execution a lost file is written again, by the start
   * action or by the attempt that runs again: waiting there would cost each node an fsync.
   * Everything else is written once, for a client that will not send it again.
   */
  static boolean durable(BlobKey key) {
    return !DataLayout.ofExecutions(key.path());
  }

  /** Opens the folder that a blob is in; empty if there is none. */
  Optional<Folder> parent(BlobKey key) throws IOException {
    var names = segments(key);
    var folder = Folder.open(root, owner.ofNew(root));
    for (var name : names.subList(0, names.size() - 1)) {
      try (var above = folder) {
        var next = above.folder(name);
        if (next.isEmpty()) {
          return Optional.empty();
        }
        folder = next.get();
      }
    }
    return Optional.of(folder);
  }

  /** Opens the folder that a blob is to be in, with all above it. */
  Folder parentOrNew(BlobKey key) throws IOException {
    var names = segments(key);
    var folder = Folder.open(root, owner.ofNew(root));
    for (var name : names.subList(0, names.size() - 1)) {
      try (var above = folder) {
        folder = above.folderOrNew(name, durable(key));
      }
    }
    return folder;
  }

  /** Opens the folder of files that are being written. */
  Folder incoming() throws IOException {
    return Folder.open(root.resolve(INCOMING), owner.ofNew(root));
  }

  /** The last segment of a key: the name in its {@link #parent}. */
  static String name(BlobKey key) {
    return key.path().substring(key.path().lastIndexOf('/') + 1);
  }

  /**
   * The names from the root down.
   *
   * @throws RejectedException if no file can have one of them
   */
  private static List<String> segments(BlobKey key) {
    if (key.scope().project().startsWith(".")) {
      throw Rejection.invalid("blob %s: expected a project that does not begin with a dot", key);
    }
    var names = new ArrayList<String>();
    names.add(key.scope().project());
    names.add(key.scope().domain());
    names.addAll(List.of(key.path().split("/", -1)));
    for (var name : names) {
      var bytes = name.getBytes(StandardCharsets.UTF_8);
      if (bytes.length > NAME_BYTES_MAX) {
        throw Rejection.invalid(
            "blob %s: expected names of at most %s bytes in UTF-8, got one of %s",
            key, NAME_BYTES_MAX, bytes.length);
      }
      if (!nameable(name)) {
        throw Rejection.invalid(
            "blob %s: expected names that files of this server can have; outside of ASCII that"
                + " takes whole Unicode characters and a UTF-8 locale, such as LC_ALL=C.UTF-8",
            key);
      }
    }
    return names;
  }

  /** Half a surrogate pair is no text, and an ASCII locale has no other letters. */
  private static boolean nameable(String name) {
    try {
      return Path.of(name).toString().equals(name);
    } catch (InvalidPathException unnameable) {
      return false;
    }
  }
}
