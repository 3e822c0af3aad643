package dev.harrier.audit.verify;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.harrier.audit.record.Hashes;
import dev.harrier.audit.record.Link;
import dev.harrier.audit.record.RecordLines;
import java.security.MessageDigest;
import java.util.Arrays;

/** Takes the lines of a log in order and says which is not bound to the one before. */
public final class ChainCheck {
  private static final byte[] PREVIOUS = "\",\"prev\":\"sha256:".getBytes(UTF_8);
  private static final byte[] SEQUENCE = "\",\"seq\":".getBytes(UTF_8);
  private static final byte[] TIME = ",\"time\":".getBytes(UTF_8);
  private static final byte[] CLOCK =
      "{\"activity_id\":99,\"activity_name\":\"clock_went_back\",".getBytes(UTF_8);
  private static final int HASH_DIGITS = 64;

  private final MessageDigest sha = Hashes.sha256();
  private final Frontier tree;
  private String hash;
  private long time;

  /** From the first record on. */
  public ChainCheck() {
    this.tree = new Frontier();
    this.hash = Link.NONE;
  }

  /** From the record on that follows a checkpoint. */
  public ChainCheck(Checkpoint checkpoint) {
    this.tree = checkpoint.tree();
    this.hash = checkpoint.last();
    this.time = checkpoint.timeMillis();
  }

  /** The records so far, those before the first included. */
  public Frontier tree() {
    return tree;
  }

  /** The hash of the last record, in hex. */
  public String hash() {
    return hash;
  }

  /** When the last record was written. */
  public long timeMillis() {
    return time;
  }

  /**
   * Takes a line, without its newline.
   *
   * @throws BrokenLogException if it is not the one that followed
   */
  public void take(byte[] text, int from, int to) throws BrokenLogException {
    var sequence = tree.size() + 1;
    var hashAt = RecordLines.hashAt(text, from, to);
    if (hashAt < 0) {
      throw broken("expected a record, found something else");
    }
    var written = new String(text, hashAt, HASH_DIGITS, US_ASCII);
    var found = RecordLines.hash(sha, text, from, to, hashAt);
    if (!found.equals(written)) {
      throw broken("it was changed: expected the hash %s, found %s".formatted(written, found));
    }
    var at = expect(text, hashAt + HASH_DIGITS, to, PREVIOUS);
    var previous = new String(text, at, HASH_DIGITS, US_ASCII);
    at = expect(text, at + HASH_DIGITS, to, SEQUENCE);
    var said = number(text, at, to);
    if (said != sequence) {
      throw broken("expected this sequence, found a record with %s".formatted(said));
    }
    if (!previous.equals(hash)) {
      throw broken("expected one that follows the hash %s, found %s".formatted(hash, previous));
    }
    checkTime(text, from, to, at);
    tree.add(text, from, to);
    hash = written;
  }

  /** Compares with a signed statement about as many records. */
  void compare(Checkpoint checkpoint) throws BrokenLogException {
    if (!tree.rootText().equals(checkpoint.root())) {
      throw broken(
          "the signed checkpoint of %s records says otherwise: records before were changed and all hashes after them made anew"
              .formatted(checkpoint.size()));
    }
  }

  private void checkTime(byte[] text, int from, int to, int after) throws BrokenLogException {
    var at = after;
    while (at < to - TIME.length && !startsWith(text, at, to, TIME)) {
      at++;
    }
    var now = number(text, expect(text, at, to, TIME), to);
    if (now < time && !startsWith(text, from, to, CLOCK)) {
      throw broken(
          "the clock went back without a record of it: expected a time of %s or later, found %s"
              .formatted(time, now));
    }
    time = now;
  }

  private int expect(byte[] text, int at, int to, byte[] part) throws BrokenLogException {
    if (!startsWith(text, at, to, part)) {
      throw broken("expected a record as Harrier writes it, found something else");
    }
    return at + part.length;
  }

  private static boolean startsWith(byte[] text, int at, int to, byte[] part) {
    return at + part.length <= to
        && Arrays.equals(text, at, at + part.length, part, 0, part.length);
  }

  private static long number(byte[] text, int at, int to) {
    var value = 0L;
    for (var i = at; i < to && text[i] >= '0' && text[i] <= '9'; i++) {
      value = value * 10 + (text[i] - '0');
    }
    return value;
  }

  private BrokenLogException broken(String why) {
    var sequence = tree.size() + 1;
    return new BrokenLogException(sequence, "Record %s: %s.".formatted(sequence, why));
  }
}
