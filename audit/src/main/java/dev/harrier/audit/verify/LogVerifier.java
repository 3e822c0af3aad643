package dev.harrier.audit.verify;

import static java.util.Objects.requireNonNull;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** Reads a log from its first file to its last, also while a server writes it. */
public final class LogVerifier {
  /** How many records a running server may have written since it last signed. */
  public static final long UNSIGNED_MAX = 10_000;

  private static final int BUFFER_BYTES = 1 << 20;
  private static final long STEP_NANOS = 20_000_000;

  private final LogFolder folder;
  private final NoteVerifier key;
  private final int waits;

  /**
   * @param key that signs the log
   * @param waits how often to look again, 20 ms apart, whether a record without its end gets one
   */
  public LogVerifier(LogFolder folder, NoteVerifier key, int waits) {
    this.folder = requireNonNull(folder, "folder");
    this.key = requireNonNull(key, "key");
    this.waits = waits;
  }

  /**
   * What was found intact.
   *
   * @param first the sequence of the first record that is there: those before were kept long enough
   * @param last the sequence of the last one
   * @param signed of the last one that a checkpoint covers; what is behind it can be changed unseen
   *     by whoever may write the files, until the server signs it
   */
  public record Intact(long first, long last, long signed) {}

  /**
   * Where a log ends.
   *
   * @param check with all that follows from its records
   * @param wholeBytes of the last file, up to the end of its last whole record
   * @param cutBytes behind that
   */
  public record Tail(ChainCheck check, Checkpoints checkpoints, long wholeBytes, long cutBytes) {}

  /**
   * Checks all of it.
   *
   * @param head a checkpoint that is kept elsewhere: the log must have at least that much
   * @param expected the least sequence that the log must reach
   * @throws BrokenLogException with the first record that is not as it was
   */
  public Intact verify(Optional<Checkpoint> head, OptionalLong expected)
      throws IOException, BrokenLogException {
    var checkpoints = finishedCheckpoints();
    var files = folder.files();
    var check = begin(files, checkpoints);
    var first = check.tree().size() + 1;
    for (var file : files) {
      var tail = read(file, check, checkpoints, head, file.equals(files.getLast()));
      if (tail.cutBytes() > 0) {
        throw missing(check, "a record without its end in %s".formatted(file.path()));
      }
    }
    var size = check.tree().size();
    var signed = checkpoints.last().map(Checkpoint::size).orElse(0L);
    checkEnd(check, Math.max(signed, head.map(Checkpoint::size).orElse(0L)), expected);
    if (size == 0) {
      throw new BrokenLogException(
          1, "Expected a log in %s, found none.".formatted(folder.folder()));
    }
    if (signed < first - 1 || size - signed > UNSIGNED_MAX || signed == 0) {
      throw new BrokenLogException(
          signed + 1,
          "Expected checkpoints up to %s records before the end, found that of %s records as the last, and %s records."
              .formatted(UNSIGNED_MAX, signed, size));
    }
    return new Intact(first, size, signed);
  }

  /**
   * Checks the last file, to go on behind it.
   *
   * @throws BrokenLogException if it is not as it was written; an unfinished last record is told
   */
  public Tail tail(Optional<Checkpoint> head) throws IOException, BrokenLogException {
    var checkpoints = Checkpoints.read(folder.checkpoints(), key);
    var files = folder.files();
    if (files.isEmpty()) {
      var check = new ChainCheck();
      checkEnd(check, most(checkpoints, head), OptionalLong.empty());
      return new Tail(check, checkpoints, 0, 0);
    }
    var check = begin(files.subList(files.size() - 1, files.size()), checkpoints);
    var tail = read(files.getLast(), check, checkpoints, head, false);
    checkEnd(check, most(checkpoints, head), OptionalLong.empty());
    return tail;
  }

  private static long most(Checkpoints checkpoints, Optional<Checkpoint> head) {
    return Math.max(
        checkpoints.last().map(Checkpoint::size).orElse(0L), head.map(Checkpoint::size).orElse(0L));
  }

  private static void checkEnd(ChainCheck check, long signed, OptionalLong expected)
      throws BrokenLogException {
    if (check.tree().size() < signed) {
      throw missing(
          check, "the end, though a checkpoint of %s records is signed".formatted(signed));
    }
    if (check.tree().size() < expected.orElse(0)) {
      throw missing(
          check, "the end, though sequence %s is expected".formatted(expected.getAsLong()));
    }
  }

  private static BrokenLogException missing(ChainCheck check, String what) {
    var sequence = check.tree().size() + 1;
    return new BrokenLogException(
        sequence,
        "Record %s is missing: the log ends before it, found %s.".formatted(sequence, what));
  }

  private Checkpoints finishedCheckpoints() throws IOException, BrokenLogException {
    for (var wait = 0; ; wait++) {
      var checkpoints = Checkpoints.read(folder.checkpoints(), key);
      if (checkpoints.unfinished() == 0) {
        return checkpoints;
      }
      if (wait == waits) {
        throw new BrokenLogException(
            checkpoints.last().map(Checkpoint::size).orElse(0L) + 1,
            "The last checkpoint has no end.");
      }
      LockSupport.parkNanos(STEP_NANOS);
    }
  }

  private static ChainCheck begin(List<LogFolder.LogFile> files, Checkpoints checkpoints)
      throws BrokenLogException {
    if (files.isEmpty() || files.getFirst().first() == 1) {
      return new ChainCheck();
    }
    var first = files.getFirst().first();
    return new ChainCheck(
        checkpoints
            .of(first - 1)
            .orElseThrow(
                () ->
                    new BrokenLogException(
                        1,
                        "The first file begins with record %s: expected a signed checkpoint of the %s before it, found none."
                            .formatted(first, first - 1))));
  }

  private Tail read(
      LogFolder.LogFile file,
      ChainCheck check,
      Checkpoints checkpoints,
      Optional<Checkpoint> head,
      boolean growing)
      throws IOException, BrokenLogException {
    if (file.first() != check.tree().size() + 1) {
      throw new BrokenLogException(
          check.tree().size() + 1,
          "Record %s is missing: expected a file that begins with it, found %s."
              .formatted(check.tree().size() + 1, file.path()));
    }
    try (var in = open(file)) {
      var lines = new Lines(in, growing ? waits : 0);
      while (lines.next()) {
        check.take(lines.bytes, lines.from, lines.to);
        var size = check.tree().size();
        var checkpoint = checkpoints.of(size);
        if (checkpoint.isPresent()) {
          check.compare(checkpoint.get());
        }
        if (head.isPresent() && head.get().size() == size) {
          check.compare(head.get());
        }
      }
      return new Tail(check, checkpoints, lines.wholeBytes, lines.rest());
    } catch (EOFException | ZipException broken) {
      throw new BrokenLogException(
          check.tree().size() + 1, "%s cannot be unpacked.".formatted(file.path()));
    }
  }

  private static InputStream open(LogFolder.LogFile file) throws IOException {
    return file.packed()
        ? new GZIPInputStream(new BufferedInputStream(Files.newInputStream(file.path())), 1 << 16)
        : Files.newInputStream(file.path());
  }

  /** The lines of a stream, in an array that is used again. */
  private static final class Lines {
    private final InputStream in;
    private int waits;
    private byte[] bytes = new byte[BUFFER_BYTES];
    private int filled;
    private int from;
    private int to = -1;
    private long wholeBytes;

    Lines(InputStream in, int waits) {
      this.in = in;
      this.waits = waits;
    }

    /** Goes to the next whole line; false if there is none. */
    boolean next() throws IOException {
      from = to + 1;
      var at = from;
      while (true) {
        for (; at < filled; at++) {
          if (bytes[at] == '\n') {
            to = at;
            wholeBytes += to + 1 - from;
            return true;
          }
        }
        at -= from;
        if (!fill()) {
          to = from - 1;
          return false;
        }
        at += from;
      }
    }

    private boolean fill() throws IOException {
      System.arraycopy(bytes, from, bytes, 0, filled - from);
      filled -= from;
      from = 0;
      if (filled == bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.multiplyExact(bytes.length, 2));
      }
      while (true) {
        var read = in.read(bytes, filled, bytes.length - filled);
        if (read > 0) {
          filled += read;
          return true;
        }
        if (filled == 0 || waits == 0) {
          return false;
        }
        waits--;
        LockSupport.parkNanos(STEP_NANOS);
      }
    }

    int rest() {
      return filled - from;
    }
  }
}
