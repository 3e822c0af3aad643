package dev.harrier.spi;

import static java.util.Objects.requireNonNull;

/**
 * An execution with the journal's own short key, so that its many rows need not repeat the long
 * name.
 *
 * @param id as clients name it
 * @param key the journal's; unique, positive, never reused
 * @param shard 0-based; {@link ExecutionId#shard} of the id
 */
public record ExecutionRef(ExecutionId id, long key, int shard) {
  public ExecutionRef {
    requireNonNull(id, "id");
  }

  @Override
  public String toString() {
    return id.toString();
  }
}
