package dev.harrier.audit.chain;

import static java.util.Objects.requireNonNull;

import dev.harrier.audit.verify.LogFolder;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.zip.GZIPOutputStream;

/**
 * Packs the files that nothing is added to any more, and deletes those that were kept long enough.
 */
final class ClosedFiles {
  private static final int BUFFER_BYTES = 1 << 16;

  private final LogFolder folder;
  private final Duration keep;

  /**
   * @param keep zero for ever
   */
  ClosedFiles(LogFolder folder, Duration keep) {
    this.folder = requireNonNull(folder, "folder");
    this.keep = requireNonNull(keep, "keep");
  }

  /** Does what there is to do; a crash in it leaves nothing that the next time does not mend. */
  void tidy(Instant now) throws IOException {
    var files = folder.files();
    // Whoever deletes from the oldest on leaves no hole.
    var deleting = keep.isPositive();
    for (var file : files.subList(0, Math.max(0, files.size() - 1))) {
      deleting &= Files.getLastModifiedTime(file.path()).toInstant().plus(keep).isBefore(now);
      if (deleting) {
        Files.delete(file.path());
      } else if (!file.packed()) {
        pack(file.path());
      }
    }
  }

  private static void pack(Path file) throws IOException {
    var packed = file.resolveSibling(file.getFileName() + ".gz");
    var draft = file.resolveSibling(packed.getFileName() + ".draft");
    Files.deleteIfExists(draft);
    try (var channel = PrivateFile.open(draft);
        var out = new GZIPOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES)) {
      Files.copy(file, out);
      out.finish();
      channel.force(true);
    }
    Files.setLastModifiedTime(draft, Files.getLastModifiedTime(file));
    Files.move(draft, packed, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    try (var directory = FileChannel.open(file.resolveSibling("."), StandardOpenOption.READ)) {
      // The packed one lasts before the other goes.
      directory.force(true);
    }
    Files.delete(file);
  }
}
