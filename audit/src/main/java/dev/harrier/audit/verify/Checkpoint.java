package dev.harrier.audit.verify;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * What a signed note says of a log, as C2SP's tlog-checkpoint has it: origin, size and root, and in
 * lines of our own what is needed to go on from here without the records before.
 *
 * @param origin of the log: a name without spaces
 * @param size how many records it is about
 * @param root over them, in base64
 * @param timeMillis of the last of them
 * @param last the hash of the last of them, in hex
 * @param frontier the right edge of the tree
 */
public record Checkpoint(
    String origin, long size, String root, long timeMillis, String last, List<byte[]> frontier) {
  private static final String TIME = "harrier-time ";
  private static final String LAST = "harrier-last sha256:";
  private static final String FRONTIER = "harrier-frontier ";
  private static final int LINES = 6;

  public Checkpoint {
    requireNonNull(origin, "origin");
    requireNonNull(root, "root");
    requireNonNull(last, "last");
    frontier = List.copyOf(frontier);
  }

  /** The text that is signed; each line ends with a newline. */
  public String text() {
    var encoder = Base64.getEncoder();
    return origin
        + "\n"
        + size
        + "\n"
        + root
        + "\n"
        + TIME
        + timeMillis
        + "\n"
        + LAST
        + last
        + "\n"
        + FRONTIER
        + String.join(",", frontier.stream().map(encoder::encodeToString).toList())
        + "\n";
  }

  /** Reads such a text; empty if it is none, or is written in another way than {@link #text}. */
  static Optional<Checkpoint> parse(String text) {
    var lines = text.split("\n", -1);
    if (lines.length != LINES + 1
        || !lines[3].startsWith(TIME)
        || !lines[4].startsWith(LAST)
        || !lines[5].startsWith(FRONTIER)) {
      return Optional.empty();
    }
    try {
      var frontier = new ArrayList<byte[]>();
      for (var hash : lines[5].substring(FRONTIER.length()).split(",", -1)) {
        frontier.add(Base64.getDecoder().decode(hash));
      }
      var read =
          new Checkpoint(
              lines[0],
              Long.parseLong(lines[1]),
              lines[2],
              Long.parseLong(lines[3].substring(TIME.length())),
              lines[4].substring(LAST.length()),
              frontier);
      return read.text().equals(text) ? Optional.of(read) : Optional.empty();
    } catch (IllegalArgumentException broken) {
      return Optional.empty();
    }
  }

  /** The tree that it is about, to be gone on with. */
  public Frontier tree() {
    return new Frontier(size, frontier);
  }
}
