package dev.harrier.admin.journal;

import dev.harrier.database.Arguments;
import dev.harrier.spi.ShardLease;
import java.sql.Connection;
import java.sql.PreparedStatement;
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
  /**
   * Those of the given leases that are still their owners', in the order in which all lock them.
   */
  private static final String HELD =
      """
      SELECT s.id FROM unnest(?::int[], ?::bigint[], ?::text[]) AS l (id, epoch, owner)
      JOIN shard s ON s.id = l.id AND s.epoch = l.epoch AND s.owner = l.owner ORDER BY s.id""";

  private ShardRows() {}

  static List<ShardLease> acquire(Connection connection, String owner, int limit, Duration length)
      throws SQLException {
    // Rows that others are just leasing or committing on are skipped, not waited for.
    var sql =
        """
        WITH free AS (
          SELECT s.id FROM shard s JOIN shard_lease l ON l.shard = s.id
          WHERE s.owner IS NULL OR l.lease_until <= clock_timestamp()
            OR (s.owner <> ? AND split_part(s.owner, '/', 1) = split_part(?, '/', 1))
          ORDER BY l.lease_until, s.id LIMIT ? FOR UPDATE SKIP LOCKED),
        taken AS (
          UPDATE shard SET owner = ?, epoch = epoch + 1
          FROM free WHERE shard.id = free.id RETURNING shard.id, shard.epoch),
        leased AS (
          UPDATE shard_lease SET lease_until = clock_timestamp() + ? * interval '1 microsecond'
          FROM free WHERE shard_lease.shard = free.id)
        SELECT id, epoch FROM taken
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
    var sql =
        """
        WITH held AS (%s FOR KEY SHARE OF s),
        leased AS (
          UPDATE shard_lease SET lease_until = clock_timestamp() + ? * interval '1 microsecond'
          FROM held WHERE shard_lease.shard = held.id)
        SELECT id FROM held
        """
            .formatted(HELD);
    try (var statement = connection.prepareStatement(sql)) {
      bind(statement, leases).number(length.toNanos() / 1000);
      return ids(statement);
    }
  }

  static Set<Integer> release(Connection connection, Collection<ShardLease> leases)
      throws SQLException {
    var sql =
        """
        WITH held AS (%s FOR UPDATE OF s)
        UPDATE shard SET owner = NULL FROM held WHERE shard.id = held.id RETURNING shard.id
        """
            .formatted(HELD);
    try (var statement = connection.prepareStatement(sql)) {
      bind(statement, leases);
      return ids(statement);
    }
  }

  static Set<Integer> heldBy(Connection connection, String ownerPrefix) throws SQLException {
    // An owner that is gone stays in its rows until somebody takes them over.
    var sql =
        """
        SELECT s.id FROM shard s JOIN shard_lease l ON l.shard = s.id
        WHERE starts_with(s.owner, ?) AND l.lease_until > clock_timestamp()
        """;
    try (var statement = connection.prepareStatement(sql)) {
      Arguments.of(statement).text(ownerPrefix);
      return ids(statement);
    }
  }

  private static Arguments bind(PreparedStatement statement, Collection<ShardLease> leases)
      throws SQLException {
    var sorted = leases.stream().sorted(Comparator.comparingInt(ShardLease::shard)).toList();
    return Arguments.of(statement)
        .ints(sorted, ShardLease::shard)
        .longs(sorted, ShardLease::epoch)
        .texts(sorted, ShardLease::owner);
  }

  private static Set<Integer> ids(PreparedStatement statement) throws SQLException {
    var ids = new HashSet<Integer>();
    try (var row = statement.executeQuery()) {
      while (row.next()) {
        ids.add(row.getInt(1));
      }
    }
    return ids;
  }
}
