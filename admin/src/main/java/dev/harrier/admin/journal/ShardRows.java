package dev.harrier.admin.journal;

import dev.harrier.database.Arguments;
import dev.harrier.spi.ShardLease;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Who may write which shard. */
final class ShardRows {
  private ShardRows() {}

  static List<ShardLease> acquire(Connection connection, String owner, int limit, Duration length)
      throws SQLException {
    // Rows that others are just leasing or committing on are skipped, not waited for.
    var sql =
        """
        WITH free AS (
          SELECT id FROM shard
          WHERE owner IS NULL OR lease_until <= clock_timestamp()
            OR (owner <> ? AND split_part(owner, '/', 1) = split_part(?, '/', 1))
          ORDER BY lease_until, id LIMIT ? FOR UPDATE SKIP LOCKED)
        UPDATE shard SET owner = ?, epoch = epoch + 1,
          lease_until = clock_timestamp() + ? * interval '1 microsecond'
        FROM free WHERE shard.id = free.id
        RETURNING shard.id, shard.epoch
        """;
    try (var statement = connection.prepareStatement(sql)) {
      Arguments.of(statement)
          .text(owner)
          .text(owner)
          .number(limit)
          .text(owner)
          .number(length.toNanos() / 1000);
      var taken = new ArrayList<ShardLease>();
      try (var row = statement.executeQuery()) {
        while (row.next()) {
          taken.add(new ShardLease(row.getInt(1), owner, row.getLong(2)));
        }
      }
      return taken;
    }
  }

  static Set<Integer> renew(Connection connection, Collection<ShardLease> leases, Duration length)
      throws SQLException {
    return change(
        connection,
        leases,
        "lease_until = clock_timestamp() + %d * interval '1 microsecond'"
            .formatted(length.toNanos() / 1000));
  }

  static Set<Integer> release(Connection connection, Collection<ShardLease> leases)
      throws SQLException {
    return change(connection, leases, "owner = NULL, lease_until = clock_timestamp()");
  }

  private static Set<Integer> change(
      Connection connection, Collection<ShardLease> leases, String assignment) throws SQLException {
    var sorted = leases.stream().sorted(Comparator.comparingInt(ShardLease::shard)).toList();
    var sql =
        """
        UPDATE shard SET %s
        FROM unnest(?::int[], ?::bigint[], ?::text[]) AS l (id, epoch, owner)
        WHERE shard.id = l.id AND shard.epoch = l.epoch AND shard.owner = l.owner
        RETURNING shard.id
        """
            .formatted(assignment);
    try (var statement = connection.prepareStatement(sql)) {
      Arguments.of(statement)
          .ints(sorted, ShardLease::shard)
          .longs(sorted, ShardLease::epoch)
          .texts(sorted, ShardLease::owner);
      return ids(statement);
    }
  }

  private static Set<Integer> ids(java.sql.PreparedStatement statement) throws SQLException {
    var ids = new HashSet<Integer>();
    try (var row = statement.executeQuery()) {
      while (row.next()) {
        ids.add(row.getInt(1));
      }
    }
    return ids;
  }
}
