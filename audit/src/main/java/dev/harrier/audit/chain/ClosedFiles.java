package dev.harrier.audit.chain;

import static java.util.Objects.requireNonNull;

import dev.harrier.audit.verify.LogFolder;
import dev.harrier.spi.machine.PrivateFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.zip.Deflater;
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

  /**
   * Does what there is to do; a crash in it leaves nothing that the next time does not mend.
   *
   * @param retention what stays although it was kept long enough
   */
  void tidy(Instant now, Retention retention) throws IOException {
    var files = folder.files();
    // Whoever deletes from the oldest on leaves no hole.
    var deleting = keep.isPositive();
    var keptBytes = bytes(files);
    for (var i = 0; i < files.size() - 1; i++) {
      var file = files.get(i);
      deleting &=
          Files.getLastModifiedTime(file.path()).toInstant().plus(keep).isBefore(now)
              && (files.get(i + 1).first() <= retention.delivered().getAsLong() + 1
                  || keptBytes > retention.unsentBytesMax());
      if (deleting) {
        keptBytes -= Files.size(file.path());
        Files.delete(file.path());
      } else if (!file.packed()) {
        pack(file.path());
      }
    }
  }

  private static long bytes(List<LogFolder.LogFile> files) throws IOException {
    var bytes = 0L;
    for (var file : files) {
      bytes += Files.size(file.path());
    }
    return bytes;
  }

  private static void pack(Path file) throws IOException {
    var packed = file.resolveSibling(file.getFileName() + ".gz");
    var draft = file.resolveSibling(packed.getFileName() + ".draft");
    Files.deleteIfExists(draft);
    try (var channel = PrivateFiles.open(draft);
        var out = new QuickGzip(Channels.newOutputStream(channel))) {
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

  // A record costs less to write than to pack as well as can be: a tenth of the size is enough.
  private static final class QuickGzip extends GZIPOutputStream {
    QuickGzip(OutputStream out) throws IOException {
      super(out, BUFFER_BYTES);
      def.setLevel(Deflater.BEST_SPEED);
    }
  }
}
