package dev.harrier.database;

import static java.util.Objects.requireNonNull;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;

/**
 * A PostgreSQL database at this program's schema, with a pool for the calls and one for the
 * journal: a rush of calls cannot keep the engine from committing.
 */
public final class Database implements AutoCloseable {
  /** How long one waits for a connection before the database counts as out of reach. */
  private static final Duration CONNECTION_TIMEOUT = Duration.ofSeconds(10);

  /** Beyond the statement timeout the answer is not only late, it is lost. */
  private static final Duration ANSWER_GRACE = Duration.ofSeconds(10);

  // The journal's statements join a list of keys to a table by its key. Planned once and by index:
  // with the statistics of a table that was empty a minute ago the planner would read all of it.
  private static final String ENGINE_OPTIONS =
      " -c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_hashjoin=off"
          + " -c enable_mergejoin=off";

  private final Pool api;
  private final Pool engine;

  private Database(Pool api, Pool engine) {
    this.api = requireNonNull(api, "api");
    this.engine = requireNonNull(engine, "engine");
  }

  /**
   * Opens the pools and brings the schema up to date.
   *
   * @throws dev.harrier.spi.StoreUnavailableException if the database is out of reach
   * @throws NewerSchemaException if a newer release has used it
   */
  public static Database open(DatabaseSettings settings) {
    var api = pool(settings, "api", settings.apiConnections(), "");
    try {
      Migrations.bringUpToDate(api, () -> dataSourceForMigrations(settings));
      return new Database(
          api, pool(settings, "engine", settings.engineConnections(), ENGINE_OPTIONS));
    } catch (RuntimeException failure) {
      api.close();
      throw failure;
    }
  }

  /** For calls. */
  public Pool api() {
    return api;
  }

  /** For the journal. */
  public Pool engine() {
    return engine;
  }

  @Override
  public void close() {
    engine.close();
    api.close();
  }

  private static Pool pool(
      DatabaseSettings settings, String name, int connections, String options) {
    var config = config(settings, options);
    config.setPoolName("harrier-" + name);
    config.setMaximumPoolSize(connections);
    config.setMinimumIdle(1);
    config.setConnectionTimeout(CONNECTION_TIMEOUT.toMillis());
    // A wrong password or name is told at once, by the first connection.
    config.setInitializationFailTimeout(1);
    try {
      return new Pool(new HikariDataSource(config));
    } catch (HikariPool.PoolInitializationException failure) {
      if (failure.getCause() instanceof SQLException cause) {
        throw SqlErrors.translate("let this program in (%s)".formatted(settings.place()), cause);
      }
      throw failure;
    }
  }

  private static javax.sql.DataSource dataSourceForMigrations(DatabaseSettings settings) {
    var source = new org.postgresql.ds.PGSimpleDataSource();
    source.setURL(settings.jdbcUrl());
    source.setUser(settings.user().isEmpty() ? null : settings.user());
    source.setPassword(settings.password().isEmpty() ? null : settings.password());
    settings
        .properties()
        .forEach(
            (name, value) -> {
              try {
                source.setProperty(name, value);
              } catch (SQLException unknown) {
                throw SqlErrors.translate("take the driver property '%s'".formatted(name), unknown);
              }
            });
    return source;
  }

  private static HikariConfig config(DatabaseSettings settings, String options) {
    var properties = new Properties();
    properties.setProperty("ApplicationName", "harrier");
    properties.setProperty("prepareThreshold", "1");
    // Lists differ in their filters; the statements of one connection must not grow without end.
    properties.setProperty("preparedStatementCacheQueries", "256");
    properties.setProperty("gssEncMode", "disable");
    properties.putAll(settings.properties());
    if (!settings.properties().containsKey("socketFactory")) {
      properties.setProperty("tcpKeepAlive", "true");
      properties.setProperty(
          "socketTimeout",
          String.valueOf(settings.statementTimeout().plus(ANSWER_GRACE).toSeconds()));
    }
    properties.merge(
        "options",
        // Without its compiler: before PostgreSQL 18 a plan that the engine's options rule out
        // costs so
        // much that each of its statements would be compiled, for ten milliseconds.
        "-c jit=off -c statement_timeout=%d -c idle_in_transaction_session_timeout=%d%s"
            .formatted(
                settings.statementTimeout().toMillis(),
                settings.idleInTransactionTimeout().toMillis(),
                options),
        (own, ours) -> own + " " + ours);
    var config = new HikariConfig();
    config.setJdbcUrl(settings.jdbcUrl());
    if (!settings.user().isEmpty()) {
      config.setUsername(settings.user());
    }
    if (!settings.password().isEmpty()) {
      config.setPassword(settings.password());
    }
    config.setDataSourceProperties(properties);
    return config;
  }
}
