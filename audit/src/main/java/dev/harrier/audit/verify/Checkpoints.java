package dev.harrier.audit.verify;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** The signed statements about a log, by the number of records that they are about. */
public final class Checkpoints {
  private static final int NOTE_LINES = 8;

  private final NavigableMap<Long, Checkpoint> bySize = new TreeMap<>();
  private final NavigableMap<Long, String> notes = new TreeMap<>();
  private int unfinished;

  private Checkpoints() {}

  /**
   * Reads a file of notes; one that is not there has none.
   *
   * @throws BrokenLogException if one is not signed by the key, or they are out of order
   */
  public static Checkpoints read(Path file, NoteVerifier key)
      throws IOException, BrokenLogException {
    var text = Files.exists(file) ? text(file) : "";
    var read = new Checkpoints();
    var at = 0;
    while (at < text.length()) {
      var next = at;
      for (var line = 0; line < NOTE_LINES && next >= 0; line++) {
        next = text.indexOf('\n', next) + 1;
        next = next == 0 ? -1 : next;
      }
      if (next < 0 || next == text.length()) {
        // A crash cut it off, or it is being written.
        break;
      }
      var note = text.substring(at, next);
      if (text.charAt(next) != '\n') {
        throw broken(read);
      }
      read.add(key.verify(note).orElseThrow(() -> broken(read)), note);
      at = next + 1;
    }
    read.unfinished = text.length() - at;
    return read;
  }

  /** A file as text, whatever is in it: what is no text was signed by nobody. */
  public static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), UTF_8);
  }

  private void add(Checkpoint checkpoint, String note) throws BrokenLogException {
    if (!bySize.isEmpty() && bySize.lastKey() >= checkpoint.size()) {
      throw new BrokenLogException(
          checkpoint.size(),
          "The checkpoints are out of order: expected one of more than %s records, found one of %s."
              .formatted(bySize.lastKey(), checkpoint.size()));
    }
    bySize.put(checkpoint.size(), checkpoint);
    notes.put(checkpoint.size(), note);
  }

  private static BrokenLogException broken(Checkpoints before) {
    var good = before.bySize.isEmpty() ? 0 : before.bySize.lastKey();
    return new BrokenLogException(
        good + 1,
        "The checkpoint after that of %s records is not signed by the expected key, or was changed."
            .formatted(good));
  }

  /** That of exactly so many records. */
  public Optional<Checkpoint> of(long size) {
    return Optional.ofNullable(bySize.get(size));
  }

  /** That of the most records. */
  public Optional<Checkpoint> last() {
    return bySize.isEmpty() ? Optional.empty() : Optional.of(bySize.lastEntry().getValue());
  }

  /** The notes of those sizes, as they stand in a file. */
  public String notes(Collection<Long> sizes) {
    var text = new StringBuilder();
    notes.forEach(
        (size, note) -> {
          if (sizes.contains(size)) {
            text.append(note).append('\n');
          }
        });
    return text.toString();
  }

  /** How many characters at the end of the file are no whole note. */
  public int unfinished() {
    return unfinished;
  }
}
