package dev.harrier.engine;

import dev.harrier.database.DatabaseSettings;
import java.net.URI;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;

/**
 * Databases on the PostgreSQL that the environment variable HARRIER_TEST_DATABASE_URL names, a new
 * and empty one for each that asks: no server finds what another left.
 */
public final class OwnDatabases {
  private OwnDatabases() {}

  /** The URL of a new database; empty if tests are to use the embedded one. */
  public static Optional<String> create() {
    return Optional.ofNullable(System.getenv("HARRIER_TEST_DATABASE_URL"))
        .map(URI::create)
        .map(OwnDatabases::create);
  }

  private static String create(URI server) {
    var settings = DatabaseSettings.parse(server.toString());
    var properties = new Properties();
    properties.putAll(settings.properties());
    properties.put("user", settings.user());
    properties.put("password", settings.password());
    var name = "harrier_" + UUID.randomUUID().toString().replace('-', '_');
    try (var connection = DriverManager.getConnection(settings.jdbcUrl(), properties);
        var statement = connection.createStatement()) {
      var unused = statement.executeUpdate("CREATE DATABASE " + name);
    } catch (SQLException refused) {
      throw new IllegalStateException("no new database on the tests' PostgreSQL", refused);
    }
    return server.resolve("/" + name).toString();
  }
}
