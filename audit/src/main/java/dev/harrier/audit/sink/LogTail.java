package dev.harrier.audit.sink;

import static java.util.Objects.requireNonNull;

import dev.harrier.audit.chain.Position;
import dev.harrier.audit.verify.LogFolder;
import dev.harrier.audit.verify.LogFolder.LogFile;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a log from a position on while it grows, from one file into the next, packed or not. One
 * thread at a time.
 */
final class LogTail implements AutoCloseable {
  private static final int BUFFER_BYTES = 64 << 10;

  /** What the files of a log are at the moment. */
  @FunctionalInterface
  interface Listing {
    List<LogFile> files() throws IOException;
  }

  private final Listing folder;
  private Position at;
  private @Nullable InputStream in;
  private byte[] buffer = new byte[BUFFER_BYTES];
  private int from;
  private int filled;

  LogTail(LogFolder folder, Position at) {
    this(requireNonNull(folder, "folder")::files, at);
  }

  LogTail(Listing folder, Position at) {
    this.folder = requireNonNull(folder, "folder");
    this.at = requireNonNull(at, "at");
  }

  /** Before the oldest record that is still there. */
  static Position begin(LogFolder folder) throws IOException {
    var first = folder.files().stream().findFirst().map(LogFile::first).orElse(1L);
    return new Position(first, 0, first - 1);
  }

  /** Behind the last line that was read. */
  Position position() {
    return at;
  }

  /** Goes back, or on, to a position. */
  void moveTo(Position position) {
    close();
    at = requireNonNull(position, "position");
  }

  /**
   * The next lines, without a gap between them; none if there are none before {@code end}. The
   * first may not be the one behind the last: files between may have been deleted.
   *
   * @param end up to where the log is written
   * @param linesMax at most that many
   * @param bytesMax of their texts, but for one that is larger by itself
   */
  List<LogLine> next(Position end, int linesMax, int bytesMax) throws IOException {
    var lines = new ArrayList<LogLine>();
    var bytes = 0L;
    while (at.sequence() < end.sequence() && lines.size() < linesMax) {
      if (in == null && !open(end)) {
        break;
      }
      // What is behind the end may be half a batch, or go away again.
      var text = line(at.fileFirst() == end.fileFirst() ? end.offsetBytes() : Long.MAX_VALUE);
      if (text.isPresent()) {
        var line = LogLine.of(text.get());
        var tooMany = bytes + line.text().length > bytesMax;
        if (!lines.isEmpty() && (tooMany || line.sequence() != at.sequence() + 1)) {
          putBack(line);
          break;
        }
        lines.add(line);
        bytes += line.text().length;
        at =
            new Position(
                at.fileFirst(), at.offsetBytes() + line.text().length + 1, line.sequence());
      } else if (at.fileFirst() == end.fileFirst()) {
        break;
      } else {
        close();
        var ended = at.fileFirst();
        var next = folder.files().stream().filter(file -> file.first() > ended).findFirst();
        if (next.isEmpty()) {
          break;
        }
        at = new Position(next.get().first(), 0, at.sequence());
      }
    }
    return lines;
  }

  private boolean open(Position end) throws IOException {
    try {
      return openListed(end);
    } catch (NoSuchFileException gone) {
      // Packed or deleted since it was listed, which another look tells.
      return openListed(end);
    }
  }

  private boolean openListed(Position end) throws IOException {
    var files = folder.files();
    var here = files.stream().filter(file -> file.first() == at.fileFirst()).findFirst();
    if (here.isEmpty()) {
      here = files.stream().filter(file -> file.first() > at.fileFirst()).findFirst();
      if (here.isEmpty() || here.get().first() > end.sequence()) {
        return false;
      }
      at = new Position(here.get().first(), 0, at.sequence());
    }
    var opened = stream(here.get());
    try {
      opened.skipNBytes(at.offsetBytes());
    } catch (IOException failed) {
      opened.close();
      throw new IOException(
          "Expected at least %s bytes in %s, found less.".formatted(at.offsetBytes(), here.get()),
          failed);
    }
    in = opened;
    return true;
  }

  private static InputStream stream(LogFile file) throws IOException {
    var raw = Files.newInputStream(file.path());
    return file.packed() ? new GZIPInputStream(new BufferedInputStream(raw), BUFFER_BYTES) : raw;
  }

  private Optional<byte[]> line(long endOffset) throws IOException {
    var seen = from;
    while (true) {
      for (; seen < filled; seen++) {
        if (buffer[seen] == '\n') {
          var line = Arrays.copyOfRange(buffer, from, seen);
          from = seen + 1;
          return Optional.of(line);
        }
      }
      seen -= from;
      if (!fill(endOffset)) {
        return Optional.empty();
      }
      seen += from;
    }
  }

  // Only the one that was read last.
  private void putBack(LogLine line) {
    from -= line.text().length + 1;
  }

  private boolean fill(long endOffset) throws IOException {
    System.arraycopy(buffer, from, buffer, 0, filled - from);
    filled -= from;
    from = 0;
    var left = endOffset - at.offsetBytes() - filled;
    if (left <= 0) {
      return false;
    }
    if (filled == buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.multiplyExact(buffer.length, 2));
    }
    var read =
        requireNonNull(in, "in").read(buffer, filled, (int) Math.min(left, buffer.length - filled));
    if (read <= 0) {
      return false;
    }
    filled += read;
    return true;
  }

  @Override
  public void close() {
    from = 0;
    filled = 0;
    // One long line makes it grow; that is not kept for ever.
    buffer = new byte[BUFFER_BYTES];
    var open = in;
    in = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        throw new IllegalStateException("a file that was read and cannot be closed", e);
      }
    }
  }
}
