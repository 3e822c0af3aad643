package dev.harrier.bench.measure;

import static java.util.Objects.requireNonNull;

import dev.harrier.database.DatabaseSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;

/**
 * How many small transactions a second a PostgreSQL takes: sixteen connections, each of which
 * inserts one row and waits for the commit. By pgbench if this machine has it, else by a loop of
 * our own over the same statement.
 */
public final class CommitRate {
  /** Connections that commit at the same time. */
  public static final int CONNECTIONS = 16;

  private static final String INSERT = "INSERT INTO commit_rate (payload) VALUES ('one small row')";
  private static final Pattern RATE = Pattern.compile("(?m)^tps = ([0-9.]+)");

  private final DatabaseSettings settings;
  private final Duration length;

  /**
   * Asks one server.
   *
   * @param length of one round
   */
  public CommitRate(DatabaseSettings settings, Duration length) {
    this.settings = requireNonNull(settings, "settings");
    this.length = requireNonNull(length, "length");
  }

  /** What measures here: pgbench, or our own loop. */
  public static String instrument() {
    return pgbench().isPresent() ? "pgbench" : "our own commit loop";
  }

  /** One round: commits a second. */
  public double measure() throws Exception {
    try (var connection = connect(settings);
        var statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE commit_rate (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
              + " payload text NOT NULL)");
      try {
        var program = pgbench();
        return program.isPresent() ? byPgbench(program.get()) : byOurselves();
      } finally {
        statement.execute("DROP TABLE commit_rate");
      }
    }
  }

  /** A connection of its own, without the limits that the program's pools set. */
  public static Connection connect(DatabaseSettings settings) throws SQLException {
    var properties = new Properties();
    properties.putAll(settings.properties());
    properties.setProperty("user", settings.user());
    properties.setProperty("password", settings.password());
    return DriverManager.getConnection(settings.jdbcUrl(), properties);
  }

  private double byPgbench(Path program) throws IOException, InterruptedException {
    // The driver's socket factory knows the socket's path; its name ends with the port.
    var socket = Path.of(requireNonNull(settings.properties().get("socketFactoryArg")));
    var port = socket.toString().replaceFirst(".*\\.", "");
    var script = Files.createTempFile("commit-rate", ".sql");
    try {
      Files.writeString(script, INSERT + ";\n");
      var builder =
          new ProcessBuilder(
                  program.toString(),
                  "--no-vacuum",
                  "--file=" + script,
                  "--client=" + CONNECTIONS,
                  "--jobs=2",
                  "--protocol=prepared",
                  "--time=" + Math.max(1, length.toSeconds()),
                  "--host=" + socket.resolveSibling("").toString(),
                  "--port=" + port,
                  "--username=" + settings.user(),
                  settings.jdbcUrl().replaceFirst(".*/", ""))
              .redirectErrorStream(true);
      builder.environment().putAll(Map.of("PGPASSWORD", settings.password(), "LC_ALL", "C"));
      var process = builder.start();
      process.getOutputStream().close();
      var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      var rate = RATE.matcher(output);
      if (process.waitFor() != 0 || !rate.find()) {
        throw new IOException("pgbench gave no rate:\n" + output);
      }
      return Double.parseDouble(rate.group(1));
    } finally {
      Files.delete(script);
    }
  }

  private double byOurselves() throws Exception {
    try (var threads = Executors.newFixedThreadPool(CONNECTIONS)) {
      var ends = System.nanoTime() + length.toNanos();
      List<Callable<Long>> writers = new ArrayList<>();
      for (var number = 0; number < CONNECTIONS; number++) {
        writers.add(() -> commitUntil(ends));
      }
      var from = System.nanoTime();
      var commits = 0L;
      for (var writer : threads.invokeAll(writers)) {
        commits += writer.get();
      }
      return commits / ((System.nanoTime() - from) / 1e9);
    }
  }

  private long commitUntil(long endsNanos) throws SQLException {
    try (var connection = connect(settings);
        var statement = connection.prepareStatement(INSERT)) {
      var commits = 0L;
      while (System.nanoTime() - endsNanos < 0) {
        statement.executeUpdate();
        commits++;
      }
      return commits;
    }
  }

  private static Optional<Path> pgbench() {
    for (var folder : String.valueOf(System.getenv("PATH")).split(":", -1)) {
      var candidate = Path.of(folder, "pgbench");
      if (Files.isExecutable(candidate)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }
}
