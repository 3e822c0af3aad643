package dev.harrier.admin.journal;

import dev.harrier.database.Arguments;
import dev.harrier.spi.Batch;
import dev.harrier.spi.ShardLease;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The fence of every commit, and which batches were committed. A shard's row is only locked: as
 * long as somebody holds an old snapshot open each version of a row is kept, and one that changed
 * with every commit would be found among all of them.
 */
final class BatchRows {
  private BatchRows() {}

  /**
   * Keeps the shards whose lease is still the batch's for it, until the transaction ends, and notes
   * which.
   *
   * @return the shards that may be written
   */
  static Set<Integer> fence(Connection connection, Batch batch) throws SQLException {
    // In the order of their numbers, as everybody locks them. The lock lets leases be renewed, and
    // lets nobody take them over. One look-up for each part, whatever the planner believes.
    var sql =
        """
        WITH kept AS (
          SELECT s.id
          FROM unnest(?::int[], ?::bigint[], ?::text[]) AS l (id, epoch, owner)
          CROSS JOIN LATERAL (
            SELECT id FROM shard
            WHERE id = l.id AND epoch = l.epoch AND owner = l.owner FOR KEY SHARE) s),
        noted AS (
          INSERT INTO batch (id, shards)
          SELECT ?, coalesce(array_agg(kept.id), '{}') FROM kept)
        SELECT id FROM kept
        """;
    var leases =
        batch.parts().stream()
            .map(Batch.Part::lease)
            .sorted(Comparator.comparingInt(ShardLease::shard))
            .toList();
    try (var statement = connection.prepareStatement(sql)) {
      Arguments.of(statement)
          .ints(leases, ShardLease::shard)
          .longs(leases, ShardLease::epoch)
          .texts(leases, ShardLease::owner)
          .object(batch.id());
      var kept = new HashSet<Integer>();
      try (var row = statement.executeQuery()) {
        while (row.next()) {
          kept.add(row.getInt(1));
        }
      }
      return kept;
    }
  }

  /**
   * Settles what became of a batch: if it is not there its id is taken, so that it cannot come
   * later. Waits for a transaction that may still be committing it.
   *
   * @return the shards that were written; empty if it never will be
   */
  static Optional<Set<Integer>> outcome(Connection connection, UUID batch) throws SQLException {
    var take = "INSERT INTO batch (id, shards) VALUES (?, NULL) ON CONFLICT (id) DO NOTHING";
    try (var statement = connection.prepareStatement(take)) {
      Arguments.of(statement).object(batch);
      if (statement.executeUpdate() == 1) {
        return Optional.empty();
      }
    }
    try (var statement = connection.prepareStatement("SELECT shards FROM batch WHERE id = ?")) {
      Arguments.of(statement).object(batch);
      try (var row = statement.executeQuery()) {
        return row.next() ? shards(row) : Optional.empty();
      }
    }
  }

  private static Optional<Set<Integer>> shards(ResultSet row) throws SQLException {
    Array shards = row.getArray("shards");
    if (shards == null) {
      return Optional.empty();
    }
    var numbers = new HashSet<Integer>();
    for (var shard : (Object[]) shards.getArray()) {
      numbers.add(((Number) shard).intValue());
    }
    return Optional.of(numbers);
  }

  /** Deletes what nobody will ask for any more. */
  static void forget(Connection connection, Duration olderThan) throws SQLException {
    var sql = "DELETE FROM batch WHERE noted_at < clock_timestamp() - ? * interval '1 microsecond'";
    try (var statement = connection.prepareStatement(sql)) {
      Arguments.of(statement).number(olderThan.toNanos() / 1000);
      var unused = statement.executeUpdate();
    }
  }
}
