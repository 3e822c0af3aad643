package dev.harrier.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/**
 * Brings a database to the schema of this release: numbered SQL files, applied in order and never
 * edited.
 */
final class Migrations {
  private static final String FOLDER = "dev/harrier/database/migrations";

  private Migrations() {}

  /**
   * Applies what is missing.
   *
   * @param migrating a source of connections without timeouts; asked for only if something is
   *     missing
   */
  static void bringUpToDate(Pool pool, Supplier<DataSource> migrating) {
    var newest = known().size();
    var found = applied(pool);
    if (found > newest) {
      throw new NewerSchemaException(found, newest);
    }
    if (found == newest) {
      // Starting the migration library costs more than all the rest of a start.
      return;
    }
    try {
      Flyway.configure(Migrations.class.getClassLoader())
          .dataSource(migrating.get())
          .locations("classpath:" + FOLDER)
          .validateMigrationNaming(true)
          .load()
          .migrate();
    } catch (FlywayException failure) {
      throw new IllegalStateException(
          "The database could not be brought to schema version %d: %s"
              .formatted(newest, failure.getMessage()),
          failure);
    }
  }

  /** The number of the last migration that was applied; 0 for an empty database. */
  private static int applied(Pool pool) {
    return pool.run(
        "read the schema version",
        connection -> {
          try (var statement = connection.createStatement()) {
            try (var row =
                statement.executeQuery("SELECT to_regclass('flyway_schema_history') IS NOT NULL")) {
              if (!row.next() || !row.getBoolean(1)) {
                return 0;
              }
            }
            try (var row =
                statement.executeQuery(
                    "SELECT coalesce(max(version::int), 0) FROM flyway_schema_history"
                        + " WHERE success AND version IS NOT NULL")) {
              return row.next() ? row.getInt(1) : 0;
            }
          }
        });
  }

  /** The files' names in order; their numbers are 1, 2, 3 and so on. */
  static List<String> known() {
    try (var stream =
        Migrations.class.getClassLoader().getResourceAsStream(FOLDER + "/index.txt")) {
      if (stream == null) {
        throw new IllegalStateException("the list of migrations: missing from this build");
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
