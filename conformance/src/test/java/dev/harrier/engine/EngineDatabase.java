package dev.harrier.engine;

import static java.util.Objects.requireNonNull;

import dev.harrier.database.Database;
import dev.harrier.database.DatabaseSettings;
import dev.harrier.database.EmbeddedPostgres;
import java.nio.file.Path;
import java.util.Optional;

/** An empty database of a test class's own, at this program's schema. */
final class EngineDatabase implements AutoCloseable {
  private final Database database;
  private final Optional<EmbeddedPostgres> server;

  private EngineDatabase(Database database, Optional<EmbeddedPostgres> server) {
    this.database = requireNonNull(database, "database");
    this.server = requireNonNull(server, "server");
  }

  /** On the tests' PostgreSQL, or one below the folder. */
  static EngineDatabase open(Path folder) {
    var own = OwnDatabases.create();
    if (own.isPresent()) {
      return new EngineDatabase(Database.open(DatabaseSettings.parse(own.get())), Optional.empty());
    }
    var server = EmbeddedPostgres.start(folder.resolve("database"));
    return new EngineDatabase(Database.open(server.settings()), Optional.of(server));
  }

  Database database() {
    return database;
  }

  @Override
  public void close() {
    database.close();
    server.ifPresent(EmbeddedPostgres::close);
  }
}
