package dev.harrier.spi;

import static java.util.Objects.requireNonNull;

/**
 * The right to write the executions of one shard.
 *
 * @param shard 0-based
 * @param owner the process that holds it
 * @param epoch rises with every change of owner; a start under an older epoch is refused by a
 *     runtime
 * @param sequence of the last batch committed on the shard; each batch fences on it and raises it
 *     by one
 */
public record ShardLease(int shard, String owner, long epoch, long sequence) {
  public ShardLease {
    requireNonNull(owner, "owner");
  }

  /** The same lease after one more batch. */
  public ShardLease next() {
    return new ShardLease(shard, owner, epoch, sequence + 1);
  }
}
