package dev.harrier.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.harrier.spi.StoreUnavailableException;
import dev.harrier.spi.machine.MachineUser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EmbeddedPostgresTest {
  /** Unpacked once for all tests and builds. */
  private static final Path PROGRAMS = Path.of("target", "postgres-programs");

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Path home;

  EmbeddedPostgresTest(@TempDir Path home) {
    this.home = home;
  }

  @Test
  void what_was_written_is_there_after_a_stop_and_a_start() {
    try (var postgres = EmbeddedPostgres.start(home.resolve("postgres"), PROGRAMS);
        var database = Database.open(postgres.settings())) {
      insert(database, "kept");
    }

    try (var postgres = EmbeddedPostgres.start(home.resolve("postgres"), PROGRAMS);
        var database = Database.open(postgres.settings())) {

      assertThat(projects(database)).isEqualTo(1);
    }
  }

  @Test
  void a_server_that_outlived_its_process_is_gone_on_with() {
    var first = EmbeddedPostgres.start(home.resolve("postgres"), PROGRAMS);
    var pid = first.process().orElseThrow().pid();
    first.abandon();

    try (var second = EmbeddedPostgres.start(home.resolve("postgres"), PROGRAMS);
        var database = Database.open(second.settings())) {

      assertThat(second.process().orElseThrow().pid()).isEqualTo(pid);
      assertThat(projects(database)).isZero();
    }
  }

  @Test
  void a_server_that_was_killed_comes_back_with_what_was_committed() {
    try (var postgres = EmbeddedPostgres.start(home.resolve("postgres"), PROGRAMS);
        var database = Database.open(postgres.settings())) {
      insert(database, "kept");
      var killed = postgres.process().orElseThrow();

      killed.destroyForcibly();

      killed.onExit().join();
      assertThat(eventually(database)).isEqualTo(1);
      assertThat(postgres.process().orElseThrow().pid()).isNotEqualTo(killed.pid());
    }
  }

  @Test
  void a_pid_file_of_a_process_that_is_not_the_server_is_no_obstacle() throws Exception {
    var folder = home.resolve("postgres");
    try (var postgres = EmbeddedPostgres.start(folder, PROGRAMS)) {
      assertThat(postgres.process()).isPresent();
    }
    Files.writeString(
        folder.resolve("data/postmaster.pid"), ProcessHandle.current().pid() + "\nx\n");

    try (var postgres = EmbeddedPostgres.start(folder, PROGRAMS)) {

      assertThat(postgres.process()).isPresent();
    }
  }

  @Test
  void a_password_guards_it_and_only_its_owner_reaches_it() throws Exception {
    try (var postgres = EmbeddedPostgres.start(home.resolve("postgres"), PROGRAMS)) {
      var settings = postgres.settings();
      var wrong =
          DatabaseSettings.of(
              settings.jdbcUrl(), settings.user(), "not the password", settings.properties());

      assertThatThrownBy(() -> Database.open(wrong)).hasMessageContaining("password");
      assertThat(Files.getPosixFilePermissions(passwordFile()))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }
  }

  private Path passwordFile() {
    return home.resolve("postgres.password");
  }

  @Test
  void its_user_cannot_change_where_its_password_is_read() throws Exception {
    try (var postgres = EmbeddedPostgres.start(home.resolve("postgres"), PROGRAMS)) {
      assertThat(postgres.process()).isPresent();

      assertThat(MachineUser.owner(passwordFile())).isEqualTo(MachineUser.owner(home));
      try (var files = Files.list(home.resolve("postgres"))) {
        assertThat(files).noneMatch(file -> file.getFileName().toString().startsWith("password"));
      }
    }
  }

  @Test
  void the_password_of_an_earlier_version_moves_once() throws Exception {
    var folder = home.resolve("postgres");
    try (var postgres = EmbeddedPostgres.start(folder, PROGRAMS);
        var database = Database.open(postgres.settings())) {
      insert(database, "kept");
    }
    var former = Files.move(passwordFile(), folder.resolve("password"));
    var text = Files.readString(former);

    try (var postgres = EmbeddedPostgres.start(folder, PROGRAMS);
        var database = Database.open(postgres.settings())) {

      assertThat(projects(database)).isEqualTo(1);
      assertThat(former).doesNotExist();
      assertThat(passwordFile()).hasContent(text);
    }
  }

  @Test
  void a_link_in_the_place_of_a_password_leads_nowhere() throws Exception {
    var folder = Files.createDirectory(home.resolve("postgres"));
    var key = Files.writeString(home.resolve("key"), "0".repeat(64));
    Files.createSymbolicLink(folder.resolve("password"), key);

    assertThatThrownBy(() -> EmbeddedPostgres.start(folder, PROGRAMS))
        .isInstanceOf(UncheckedIOException.class);

    assertThat(passwordFile()).doesNotExist();
  }

  @Test
  void whoever_listens_in_its_place_and_asks_for_the_password_does_not_get_it() throws Exception {
    DatabaseSettings settings;
    try (var postgres = EmbeddedPostgres.start(home.resolve("postgres"), PROGRAMS)) {
      settings = postgres.settings();
    }
    var socket =
        Path.of(Optional.ofNullable(settings.properties().get("socketFactoryArg")).orElseThrow());
    Files.deleteIfExists(socket);
    var heard = new ByteArrayOutputStream();
    try (var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(UnixDomainSocketAddress.of(socket));
      var hearing = Thread.startVirtualThread(() -> askInClear(listener, heard));
      var properties = new Properties();
      properties.putAll(settings.properties());
      properties.setProperty("user", settings.user());
      properties.setProperty("password", settings.password());

      assertThatThrownBy(() -> DriverManager.getConnection(settings.jdbcUrl(), properties))
          .isInstanceOf(SQLException.class);

      hearing.join();
    }
    assertThat(heard.toString(StandardCharsets.ISO_8859_1))
        .contains("harrier")
        .doesNotContain(settings.password());
  }

  private static void askInClear(ServerSocketChannel listener, ByteArrayOutputStream heard) {
    try (var client = listener.accept()) {
      var bytes = ByteBuffer.allocate(4096);
      client.read(bytes);
      client.write(ByteBuffer.wrap(new byte[] {'R', 0, 0, 0, 8, 0, 0, 0, 3}));
      while (client.read(bytes) >= 0) {
        // Until it goes away.
      }
      heard.write(bytes.array(), 0, bytes.position());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Test
  void root_runs_it_as_another_user_to_whom_its_files_belong() throws Exception {
    assumeTrue(MachineUser.thisIsRoot());
    try (var postgres = EmbeddedPostgres.start(home.resolve("postgres"), PROGRAMS)) {
      var pid = postgres.process().orElseThrow().pid();

      assertThat(uids(pid)).containsOnly(EmbeddedPostgres.DEFAULT_USER.uid());
      assertThat(EmbeddedPostgres.DEFAULT_USER.owns(home.resolve("postgres/data"))).isTrue();
      assertThat(Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")))
          .contains("CapEff:\t0000000000000000", "CapBnd:\t0000000000000000");
    }
  }

  @Test
  void data_that_belonged_to_root_change_hands_also_from_a_server_that_still_runs()
      throws Exception {
    assumeTrue(MachineUser.thisIsRoot());
    var folder = home.resolve("postgres");
    try (var postgres = EmbeddedPostgres.start(folder, PROGRAMS);
        var database = Database.open(postgres.settings())) {
      insert(database, "kept");
    }
    var unused = MachineUser.ROOT.takeAll(folder, one -> false);
    var former = asEarlierVersionsDid(folder);
    assertThat(uids(former.pid())).containsOnly(0);

    try (var postgres = EmbeddedPostgres.start(folder, PROGRAMS);
        var database = Database.open(postgres.settings())) {

      assertThat(former.isAlive()).isFalse();
      assertThat(projects(database)).isEqualTo(1);
      assertThat(uids(postgres.process().orElseThrow().pid()))
          .containsOnly(EmbeddedPostgres.DEFAULT_USER.uid());
    }
  }

  /** Root's number in a user namespace without its powers. */
  private static ProcessHandle asEarlierVersionsDid(Path folder) throws Exception {
    var program = PostgresBinaries.unpackedIn(PROGRAMS.toRealPath()).resolve("bin/postgres");
    var data = folder.toRealPath().resolve("data");
    var process =
        new ProcessBuilder(List.of("unshare", "--user", program.toString(), "-D", data.toString()))
            .redirectErrorStream(true)
            .redirectOutput(formerLog(folder).toFile())
            .start();
    var deadline = Instant.now().plus(PATIENCE);
    while (!Files.exists(data.resolve("postmaster.pid"))
        || !Files.readString(data.resolve("postmaster.pid")).contains("ready")) {
      assertThat(process.isAlive()).as(Files.readString(formerLog(folder))).isTrue();
      assertThat(Instant.now()).isBefore(deadline);
    }
    return process.toHandle();
  }

  private static Path formerLog(Path folder) {
    return folder.resolveSibling("former.log");
  }

  /** Real, effective, saved and file system uid, as the machine sees them. */
  private static List<Integer> uids(long pid) throws Exception {
    return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
        .filter(line -> line.startsWith("Uid:"))
        .flatMap(line -> List.of(line.substring("Uid:".length()).strip().split("\\s+")).stream())
        .map(Integer::valueOf)
        .toList();
  }

  @Test
  void data_of_another_major_version_are_left_alone() throws Exception {
    var data = home.resolve("postgres/data");
    Files.createDirectories(data);
    Files.writeString(data.resolve("PG_VERSION"), "17\n");

    assertThatThrownBy(() -> EmbeddedPostgres.start(home.resolve("postgres"), PROGRAMS))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("17")
        .hasMessageContaining("pg_upgrade");
  }

  @Test
  void a_database_of_a_newer_release_is_refused() {
    try (var postgres = EmbeddedPostgres.start(home.resolve("postgres"), PROGRAMS)) {
      try (var database = Database.open(postgres.settings())) {
        database
            .api()
            .run(
                "pretend to be newer",
                connection -> {
                  try (var statement = connection.createStatement()) {
                    return statement.executeUpdate(
                        "INSERT INTO flyway_schema_history SELECT 99, '99', 'later', 'SQL',"
                            + " 'V99__later.sql', 1, 'x', now(), 1, true");
                  }
                });
      }

      assertThatThrownBy(() -> Database.open(postgres.settings()))
          .isInstanceOf(NewerSchemaException.class)
          .hasMessageContaining("99")
          .hasMessageContaining("newer release");
    }
  }

  @Test
  void it_is_durable_and_gives_up_on_statements_and_idle_transactions() {
    try (var postgres = EmbeddedPostgres.start(home.resolve("postgres"), PROGRAMS);
        var database = Database.open(postgres.settings())) {

      assertThat(setting(database.engine(), "fsync")).isEqualTo("on");
      assertThat(setting(database.engine(), "synchronous_commit")).isEqualTo("on");
      assertThat(setting(database.api(), "statement_timeout")).isEqualTo("20s");
      assertThat(setting(database.engine(), "idle_in_transaction_session_timeout"))
          .isEqualTo("20s");
      assertThat(setting(database.engine(), "enable_seqscan")).isEqualTo("off");
      assertThat(setting(database.api(), "enable_seqscan")).isEqualTo("on");
      assertThat(setting(database.api(), "listen_addresses")).isEmpty();
    }
  }

  private static String setting(Pool pool, String name) {
    return pool.run(
        "read a setting",
        connection -> {
          try (var statement = connection.prepareStatement("SELECT current_setting(?)")) {
            statement.setString(1, name);
            try (var row = statement.executeQuery()) {
              row.next();
              return row.getString(1);
            }
          }
        });
  }

  private static void insert(Database database, String id) {
    var unused =
        database
            .api()
            .transaction(
                "insert a project",
                connection -> {
                  try (var statement =
                      connection.prepareStatement(
                          "INSERT INTO project VALUES (?, 'n', 'd', '', 0, now())")) {
                    statement.setString(1, id);
                    return statement.executeUpdate();
                  }
                });
  }

  private static int projects(Database database) {
    return database
        .api()
        .run(
            "count the projects",
            connection -> {
              try (var statement = connection.createStatement();
                  var row = statement.executeQuery("SELECT count(*) FROM project")) {
                row.next();
                return row.getInt(1);
              }
            });
  }

  /** The number of projects as soon as the server answers again. */
  private static int eventually(Database database) {
    var deadline = Instant.now().plus(PATIENCE);
    while (true) {
      try {
        return projects(database);
      } catch (StoreUnavailableException notYet) {
        if (Instant.now().isAfter(deadline)) {
          throw notYet;
        }
      }
    }
  }
}
