package dev.harrier.admin.journal;

import dev.harrier.database.Database;

/** Ends all leases: those of tests before would make the next one wait. */
public final class FreeShards {
  private FreeShards() {}

  public static void in(Database database) {
    var unused =
        database
            .api()
            .run(
                "free all shards",
                connection -> {
                  try (var statement = connection.createStatement()) {
                    return statement.executeUpdate("UPDATE shard SET owner = NULL");
                  }
                });
  }
}
