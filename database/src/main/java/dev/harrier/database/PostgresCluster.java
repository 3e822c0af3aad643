package dev.harrier.database;

import static java.util.Objects.requireNonNull;

import dev.harrier.spi.machine.MachineUser;
import dev.harrier.spi.machine.ShortProgram;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** One data folder of the embedded server and what is done with it through its own programs. */
final class PostgresCluster {
  static final String USER = "harrier";
  static final String DATABASE = "harrier";

  /**
   * Whoever listens at the socket, which its user could exchange, learns no password, and has to
   * know it.
   */
  static final String REQUIRED_PROOF = "scram-sha-256";

  private static final Duration COMMAND_LIMIT = Duration.ofMinutes(2);
  private static final Duration ASK_PAUSE = Duration.ofMillis(10);
  private static final int LOG_TAIL_BYTES = 4096;

  /**
   * It reads the password from a file alone: one of its user's own, who may not read ours, and as
   * short as it takes.
   */
  private static final String INITDB =
      """
      trap 'rm -f "$0"' EXIT
      rm -f "$0"
      umask 077
      cat >"$0"
      "$@" --pwfile="$0"
      """;

  private final Path folder;
  private final Path binaries;
  private final PostgresSocket socket;
  private final PostgresPassword password;
  private final Account account;

  /** How a server is told to stop. */
  enum StopMode {
    /** Ends sessions, writes a checkpoint. */
    FAST,
    /** Ends at once; the next start recovers. */
    IMMEDIATE
  }

  private PostgresCluster(
      Path folder,
      Path binaries,
      PostgresSocket socket,
      PostgresPassword password,
      Account account) {
    this.folder = requireNonNull(folder, "folder");
    this.binaries = requireNonNull(binaries, "binaries");
    this.socket = requireNonNull(socket, "socket");
    this.password = requireNonNull(password, "password");
    this.account = requireNonNull(account, "account");
  }

  /**
   * @param user whom its programs run as where this process is root
   */
  static PostgresCluster in(Path folder, Path programs, PostgresPassword password, MachineUser user)
      throws IOException {
    var binaries = PostgresBinaries.unpackedIn(programs);
    var account = Account.of(folder, binaries, user);
    return new PostgresCluster(
        folder, binaries, PostgresSocket.of(folder, account), password, account);
  }

  /**
   * Sees to it that all belongs to whoever runs the programs. It does not where an earlier version
   * or another setting made it; a server that still runs for that one is stopped first.
   */
  void changeHands() throws IOException {
    if (account.has(folder)) {
      return;
    }
    var running = running();
    if (running.isPresent()) {
      interrupt(running.get());
    }
    account.giveAll(folder, binaries);
  }

  /** Asks a server of another user to end its sessions and itself, as pg_ctl would. */
  private static void interrupt(ProcessHandle server) throws IOException {
    var pid = Long.toString(server.pid());
    var unused = new ProcessBuilder(List.of("kill", "-INT", pid)).start();
    try {
      server.onExit().get(COMMAND_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the server %s ends".formatted(pid), stop);
    } catch (ExecutionException | TimeoutException late) {
      throw new IOException(
          "the server %s of another user: expected it to end within %s"
              .formatted(pid, COMMAND_LIMIT),
          late);
    }
  }

  String password() {
    return password.text();
  }

  Path socket() {
    return socket.path();
  }

  Path log() {
    return folder.resolve("log");
  }

  private Path data() {
    return folder.resolve("data");
  }

  /** Makes the data folder unless there is one. */
  void initialize() throws IOException {
    var versionFile = data().resolve("PG_VERSION");
    if (Files.exists(versionFile)) {
      var found = Files.readString(versionFile).strip();
      if (!found.equals(PostgresBinaries.MAJOR)) {
        throw new IllegalStateException(
            "The data in %s are PostgreSQL %s's, and this release brings version %s along: move them with pg_upgrade, or use another home."
                .formatted(data(), found, PostgresBinaries.MAJOR));
      }
      return;
    }
    // A half-made folder of an earlier start that was killed would be taken for a whole one.
    var fresh = folder.resolve("data.new");
    PostgresBinaries.deleteTree(fresh);
    try {
      run(
          account.named(),
          List.of(
              "sh",
              "-euc",
              INITDB,
              folder.resolve("password.initdb").toString(),
              binaries.resolve("bin/initdb").toString(),
              "--pgdata=" + fresh,
              "--username=" + USER,
              "--auth=scram-sha-256",
              "--encoding=UTF8",
              "--locale-provider=builtin",
              "--builtin-locale=C.UTF-8",
              "--locale=C"),
          password.text());
    } catch (IOException failure) {
      throw account
          .withoutName()
          .map(why -> new IOException(why + " " + failure.getMessage(), failure))
          .orElse(failure);
    }
    Files.move(fresh, data());
  }

  /** The server that runs on this data folder, if one does. */
  Optional<ProcessHandle> running() throws IOException {
    var pidFile = data().resolve("postmaster.pid");
    if (!Files.exists(pidFile)) {
      return Optional.empty();
    }
    var lines = Files.readAllLines(pidFile, StandardCharsets.UTF_8);
    var pid = lines.isEmpty() ? "" : lines.getFirst().strip();
    var handle =
        pid.matches("[0-9]{1,18}")
            ? ProcessHandle.of(Long.parseLong(pid)).filter(ProcessHandle::isAlive)
            : Optional.<ProcessHandle>empty();
    if (handle.isPresent() && isOurs(handle.get())) {
      return handle;
    }
    // The number belongs to nobody or to somebody else now. PostgreSQL would refuse to start on it.
    Files.deleteIfExists(pidFile);
    return Optional.empty();
  }

  /** A server works in its data folder; a process that got its number later does not. */
  private boolean isOurs(ProcessHandle handle) throws IOException {
    var workingFolder = Path.of("/proc", String.valueOf(handle.pid()), "cwd");
    try {
      return Files.isSameFile(workingFolder.toRealPath(), data());
    } catch (java.nio.file.NoSuchFileException gone) {
      return false;
    }
  }

  /** Starts a server; it may not answer yet. */
  ProcessHandle launch() throws IOException {
    var command = new ArrayList<String>();
    // In a session of its own: Ctrl-C at the terminal is for us, who then stop it in order.
    command.add("setsid");
    command.addAll(account.command());
    // By the server's own user: in its folder it could have put a link where the log is to be.
    command.addAll(List.of("sh", "-c", "exec \"$@\" >>\"$0\" 2>&1", log().toString()));
    command.add(binaries.resolve("bin/postgres").toString());
    command.add("-D");
    command.add(data().toString());
    for (var setting : settings()) {
      command.add("-c");
      command.add(setting);
    }
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    builder.environment().clear();
    builder.environment().putAll(cleanEnvironment());
    return builder.start().toHandle();
  }

  private List<String> settings() {
    return List.of(
        "listen_addresses=",
        "port=" + PostgresSocket.PORT,
        "unix_socket_directories=" + socket.folder(),
        "unix_socket_permissions=0700",
        "fsync=on",
        "full_page_writes=on",
        "synchronous_commit=on",
        "max_connections=100",
        "shared_buffers=128MB",
        "max_wal_size=2GB",
        "min_wal_size=128MB",
        "checkpoint_timeout=10min",
        "wal_compression=on",
        "autovacuum_naptime=20s",
        "jit=off",
        "max_parallel_workers_per_gather=0",
        "timezone=UTC",
        "log_timezone=UTC",
        "lc_messages=C",
        "log_line_prefix=%m [%p] ",
        "log_checkpoints=off");
  }

  /**
   * Waits until the server answers, and checks that the one who answers works on this folder.
   *
   * @return false if it ended or did not answer in time
   */
  boolean answersWithin(Duration limit, ProcessHandle server) throws IOException {
    var deadline = System.nanoTime() + limit.toNanos();
    while (System.nanoTime() < deadline) {
      if (!server.isAlive()) {
        return false;
      }
      if (Files.exists(socket()) && answers()) {
        return true;
      }
      LockSupport.parkNanos(ASK_PAUSE.toNanos());
    }
    return false;
  }

  private boolean answers() throws IOException {
    try (var connection = connect("postgres");
        var statement = connection.createStatement()) {
      try (var row = statement.executeQuery("SHOW data_directory")) {
        row.next();
        var found = row.getString(1);
        if (!Path.of(found).equals(data())) {
          throw new IOException(
              "the server at %s works on %s, expected %s".formatted(socket(), found, data()));
        }
      }
      try (var row =
          statement.executeQuery("SELECT FROM pg_database WHERE datname = '" + DATABASE + "'")) {
        if (row.next()) {
          return true;
        }
      }
      statement.execute("CREATE DATABASE " + DATABASE);
      return true;
    } catch (SQLException notYet) {
      var state = Optional.ofNullable(notYet.getSQLState()).orElse("");
      if (state.startsWith("28")) {
        throw new IOException(
            "the server at %s does not take the password in %s"
                .formatted(socket(), password.file()),
            notYet);
      }
      return false;
    }
  }

  private java.sql.Connection connect(String database) throws SQLException {
    var source = new org.postgresql.ds.PGSimpleDataSource();
    source.setURL("jdbc:postgresql://localhost/" + database);
    source.setUser(USER);
    source.setPassword(password.text());
    source.setSslmode("disable");
    source.setProperty("gssEncMode", "disable");
    source.setProperty("requireAuth", REQUIRED_PROOF);
    source.setSocketFactory(UnixSocketFactory.class.getName());
    source.setSocketFactoryArg(socket().toString());
    return source.getConnection();
  }

  /** Stops the server, if one runs, and waits until it has ended. */
  void stop(StopMode mode) {
    try {
      if (running().isEmpty()) {
        return;
      }
      run(
          account.command(),
          List.of(
              binaries.resolve("bin/pg_ctl").toString(),
              "stop",
              "--pgdata=" + data(),
              "--mode=" + mode.name().toLowerCase(Locale.ROOT),
              "--wait",
              "--timeout=60"),
          "");
    } catch (IOException failure) {
      throw new java.io.UncheckedIOException(
          "the server in %s could not be stopped: %s".formatted(data(), failure.getMessage()),
          failure);
    }
  }

  String logTail() throws IOException {
    if (!Files.exists(log())) {
      return "";
    }
    try (var file = new RandomAccessFile(log().toFile(), "r")) {
      var from = Math.max(0, file.length() - LOG_TAIL_BYTES);
      file.seek(from);
      var bytes = new byte[(int) (file.length() - from)];
      file.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  private static void run(List<String> start, List<String> command, String input)
      throws IOException {
    var whole = new ArrayList<>(start);
    whole.addAll(command);
    var ended =
        ShortProgram.of(whole, COMMAND_LIMIT)
            .withEnvironment(cleanEnvironment())
            .withInput(input)
            .run();
    if (!ended.succeeded()) {
      throw new IOException(
          "%s ended with %d:%n%s".formatted(command.getFirst(), ended.exitCode(), ended.output()));
    }
  }

  /** Variables such as PGPORT or LC_ALL would change what the programs do. */
  private static Map<String, String> cleanEnvironment() {
    var path = Optional.ofNullable(System.getenv("PATH"));
    return Map.of("PATH", path.orElse("/usr/local/bin:/usr/bin:/bin"), "LC_ALL", "C", "TZ", "UTC");
  }
}
