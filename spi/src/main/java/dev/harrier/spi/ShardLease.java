package dev.harrier.spi;

import static java.util.Objects.requireNonNull;

/**
 * The right to write the executions of one shard.
 *
 * @param shard 0-based
 * @param owner the process that holds it
 * @param epoch rises with every change of owner; a batch under an older epoch is not written, a
 *     start under an older epoch is refused by a runtime
 */
public record ShardLease(int shard, String owner, long epoch) {
  public ShardLease {
    requireNonNull(owner, "owner");
  }
}
