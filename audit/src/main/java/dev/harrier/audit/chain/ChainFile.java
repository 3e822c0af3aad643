package dev.harrier.audit.chain;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.harrier.audit.AuditRecord;
import dev.harrier.audit.record.Link;
import dev.harrier.audit.record.RecordLines;
import dev.harrier.audit.redact.FieldTable;
import dev.harrier.audit.redact.Redactor;
import dev.harrier.audit.verify.BrokenLogException;
import dev.harrier.audit.verify.Checkpoint;
import dev.harrier.audit.verify.Checkpoints;
import dev.harrier.audit.verify.Frontier;
import dev.harrier.audit.verify.LogFolder;
import dev.harrier.audit.verify.LogVerifier;
import dev.harrier.spi.machine.PrivateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The file that a log grows in: each line is bound to the one before, and a batch is in it whole or
 * not at all. One thread at a time.
 */
final class ChainFile implements AutoCloseable {
  private final LogSettings settings;
  private final LogFolder folder;
  private final AuditKey key;
  private final RecordLines lines;
  private final Uids uids = new Uids();

  private FileChannel file;
  private long fileFirst;
  private long fileBytes;
  private long fileBegunMillis;
  private final Frontier tree;
  private String hash;
  private long timeMillis;
  private long signedSize;
  private final long cutBytes;

  private ChainFile(LogSettings settings, AuditKey key, LogVerifier.Tail tail) throws IOException {
    this.settings = settings;
    this.folder = new LogFolder(settings.folder());
    this.key = key;
    this.lines =
        new RecordLines(
            settings.version(),
            new Redactor(FieldTable.load(), key.hash(), settings.hashAddresses()));
    this.tree = tail.check().tree();
    this.hash = tail.check().hash();
    this.timeMillis = tail.check().timeMillis();
    this.signedSize = tail.checkpoints().last().map(Checkpoint::size).orElse(0L);
    this.cutBytes = tail.cutBytes();
    var last = folder.files().stream().reduce((one, other) -> other);
    this.fileBegunMillis = timeMillis;
    if (last.isPresent() && !last.get().packed()) {
      fileFirst = last.get().first();
      fileBytes = tail.wholeBytes();
      file = PrivateFiles.open(last.get().path());
      file.truncate(fileBytes);
    } else {
      fileFirst = tree.size() + 1;
      file = PrivateFiles.open(folder.file(fileFirst));
    }
  }

  /**
   * Opens a log to go on behind its last record, or a new one.
   *
   * @throws IOException that says so if it is not as it was written
   */
  static ChainFile open(LogSettings settings) throws IOException {
    PrivateFiles.createFolder(settings.folder());
    var folder = new LogFolder(settings.folder());
    var begun = !folder.files().isEmpty() || Files.exists(folder.checkpoints());
    var key = AuditKey.open(settings.keyFile(), settings.origin(), begun);
    if (!Files.exists(folder.publicKey())) {
      PrivateFiles.write(folder.publicKey(), key.verifier().text() + "\n");
    }
    try {
      var head = head(settings.headFile(), key);
      var tail = new LogVerifier(folder, key.verifier(), 0).tail(head);
      cutNotes(folder.checkpoints(), tail.checkpoints());
      return new ChainFile(settings, key, tail);
    } catch (BrokenLogException broken) {
      throw new IOException(
          "The audit log in %s is not as it was written, and Harrier adds nothing to it. %s Keep the folder as evidence: move it away with the file %s; a start then begins a new log. 'harrier audit verify' says more."
              .formatted(settings.folder(), broken.getMessage(), settings.headFile()),
          broken);
    }
  }

  private static Optional<Checkpoint> head(Path file, AuditKey key)
      throws IOException, BrokenLogException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    return Optional.of(
        key.verifier()
            .verify(Files.readString(file))
            .orElseThrow(
                () ->
                    new BrokenLogException(
                        1, "%s is not signed by the log's key.".formatted(file))));
  }

  private static void cutNotes(Path file, Checkpoints checkpoints) throws IOException {
    if (checkpoints.unfinished() > 0) {
      var text = Files.readString(file);
      PrivateFiles.write(file, text.substring(0, text.length() - checkpoints.unfinished()));
    }
  }

  /** The public half of its key, and the hashes of values. */
  AuditKey key() {
    return key;
  }

  /** How many bytes at its end were no whole record when it was opened, and are gone. */
  long cutBytes() {
    return cutBytes;
  }

  /** The sequence of the last record. */
  long size() {
    return tree.size();
  }

  /** How many records no checkpoint covers. */
  long unsigned() {
    return tree.size() - signedSize;
  }

  /** When the last record was written. */
  long timeMillis() {
    return timeMillis;
  }

  /** Where the next record goes. */
  Position position() {
    return new Position(fileFirst, fileBytes, tree.size());
  }

  /**
   * Writes records; on a failure none of them is in the log, and it can be tried again.
   *
   * @param nowMillis not before that of the last record, unless the first record says so
   * @param durable whether they must last when this returns
   */
  void append(List<AuditRecord> records, long nowMillis, boolean durable) throws IOException {
    var treeBefore = tree.edge();
    var hashBefore = hash;
    try {
      lines.clear();
      for (var record : records) {
        lines.write(record, new Link(tree.size() + 1, hash, nowMillis, uids.next(nowMillis)));
        hash = lines.hash();
        tree.add(lines.array(), lines.begin(), lines.length() - 1);
      }
      file.position(fileBytes);
      PrivateFiles.writeAll(file, ByteBuffer.wrap(lines.array(), 0, lines.length()));
      if (durable) {
        file.force(false);
      }
    } catch (IOException | RuntimeException | Error failed) {
      tree.restore(treeBefore);
      hash = hashBefore;
      undo(failed);
      throw failed;
    }
    fileBytes += lines.length();
    timeMillis = nowMillis;
    if (fileBegunMillis == 0) {
      fileBegunMillis = nowMillis;
    }
  }

  private void undo(Throwable failed) {
    try {
      file.truncate(fileBytes);
    } catch (IOException stays) {
      // The next attempt writes over it, and a start cuts it off.
      failed.addSuppressed(stays);
    }
  }

  /**
   * Signs all records so far, which last from then on.
   *
   * @return the note
   */
  String sign() throws IOException {
    file.force(false);
    var note =
        key.sign(
            new Checkpoint(
                key.verifier().name(),
                tree.size(),
                tree.rootText(),
                timeMillis,
                hash,
                tree.subtrees()));
    try (var notes = PrivateFiles.open(folder.checkpoints())) {
      var before = notes.size();
      notes.position(before);
      try {
        PrivateFiles.writeAll(notes, ByteBuffer.wrap((note + "\n").getBytes(UTF_8)));
        notes.force(false);
      } catch (IOException failed) {
        notes.truncate(before);
        throw failed;
      }
    }
    PrivateFiles.write(settings.headFile(), note);
    signedSize = tree.size();
    return note;
  }

  /** Whether the file has become too long or too old. */
  boolean full(long nowMillis) {
    return fileBytes >= settings.fileBytesMax()
        || (fileBytes > 0 && nowMillis - fileBegunMillis >= settings.fileAgeMax().toMillis());
  }

  /** Goes on in a new file; all records so far must be signed. */
  void rotate() throws IOException {
    var next = tree.size() + 1;
    var opened = PrivateFiles.open(folder.file(next));
    file.close();
    file = opened;
    fileFirst = next;
    fileBytes = 0;
    fileBegunMillis = 0;
    keepBoundaries();
  }

  // Those within a closed file say no more than the one at its end.
  private void keepBoundaries() throws IOException {
    Set<Long> boundaries = new HashSet<>();
    folder.files().forEach(one -> boundaries.add(one.first() - 1));
    try {
      var notes = Checkpoints.read(folder.checkpoints(), key.verifier()).notes(boundaries);
      PrivateFiles.write(folder.checkpoints(), notes);
    } catch (BrokenLogException broken) {
      throw new IOException(broken.getMessage(), broken);
    }
  }

  /** What is to be done with the files before this one; on any thread. */
  ClosedFiles closed() {
    return new ClosedFiles(folder, settings.keep());
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
