package dev.harrier.audit.sink;

import static java.util.Objects.requireNonNull;

import dev.harrier.audit.chain.Position;
import dev.harrier.spi.machine.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where a sink is in the log, in a file of one line: first record of the file, bytes, sequence. */
final class Cursor {
  private static final Logger LOG = LoggerFactory.getLogger(Cursor.class);
  private static final Pattern LINE = Pattern.compile("(\\d{1,18}) (\\d{1,18}) (\\d{1,18})\n");
  private final Path file;

  Cursor(Path file) {
    this.file = requireNonNull(file, "file");
  }

  /**
   * Where to go on.
   *
   * @param begin of the log, where a sink begins that is new; or one whose file cannot be read
   * @param end of the log when it was opened: what a sink got beyond it was cut off by a crash of
   *     the machine, and other records have those numbers now
   */
  Position read(Position begin, Position end) throws IOException {
    if (!Files.exists(file)) {
      // Written down at once: what is deleted before the first delivery is missed, too.
      write(begin);
      return begin;
    }
    var line = LINE.matcher(Files.readString(file));
    if (!line.matches()) {
      LOG.warn("{} is no position in the audit log: its sink gets all records again", file);
      return begin;
    }
    var found =
        new Position(
            Long.parseLong(line.group(1)),
            Long.parseLong(line.group(2)),
            Long.parseLong(line.group(3)));
    return found.sequence() > end.sequence() ? end : found;
  }

  void write(Position position) throws IOException {
    PrivateFiles.write(
        file,
        "%s %s %s\n".formatted(position.fileFirst(), position.offsetBytes(), position.sequence()));
  }
}
