package dev.harrier.audit.verify;

import dev.harrier.audit.record.Hashes;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A Merkle tree as RFC 6962 has it, of which only the right edge is kept: the roots of its whole
 * subtrees, the largest first. One thread at a time.
 */
public final class Frontier {
  private static final int HASH_BYTES = 32;

  /** What a tree was once; to it alone it says something. */
  public static final class Edge {
    private final long size;
    private final List<byte[]> subtrees;

    private Edge(long size, List<byte[]> subtrees) {
      this.size = size;
      this.subtrees = subtrees;
    }
  }

  private final MessageDigest sha = Hashes.sha256();
  private final List<byte[]> subtrees = new ArrayList<>();
  private long size;

  /** An empty tree. */
  public Frontier() {}

  /**
   * A tree of that size.
   *
   * @param subtrees as many as the size has bits that are one
   */
  public Frontier(long size, List<byte[]> subtrees) {
    if (subtrees.size() != Long.bitCount(size)
        || subtrees.stream().anyMatch(hash -> hash.length != HASH_BYTES)) {
      throw new IllegalArgumentException(
          "frontier of %s records: expected %s hashes, got %s"
              .formatted(size, Long.bitCount(size), subtrees.size()));
    }
    this.size = size;
    this.subtrees.addAll(subtrees);
  }

  /** How many records it has. */
  public long size() {
    return size;
  }

  /** The right edge. */
  public List<byte[]> subtrees() {
    return List.copyOf(subtrees);
  }

  /** The tree as it is now, for {@link #restore}. */
  public Edge edge() {
    return new Edge(size, List.copyOf(subtrees));
  }

  /** Forgets what was added since. */
  public void restore(Edge edge) {
    size = edge.size;
    subtrees.clear();
    subtrees.addAll(edge.subtrees);
  }

  /** Adds a record: its line without the newline. */
  public void add(byte[] text, int from, int to) {
    sha.update((byte) 0);
    sha.update(text, from, to - from);
    var hash = sha.digest();
    for (var bit = size; (bit & 1) == 1; bit >>= 1) {
      hash = node(subtrees.removeLast(), hash);
    }
    subtrees.add(hash);
    size++;
  }

  /** The root over all records; of none, the hash of nothing. */
  byte[] root() {
    if (subtrees.isEmpty()) {
      return sha.digest();
    }
    var hash = subtrees.getLast();
    for (var i = subtrees.size() - 2; i >= 0; i--) {
      hash = node(subtrees.get(i), hash);
    }
    return hash;
  }

  /** The same in base64. */
  public String rootText() {
    return Base64.getEncoder().encodeToString(root());
  }

  private byte[] node(byte[] left, byte[] right) {
    sha.update((byte) 1);
    sha.update(left);
    sha.update(right);
    return sha.digest();
  }
}
