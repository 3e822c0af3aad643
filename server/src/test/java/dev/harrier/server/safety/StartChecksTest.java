package dev.harrier.server.safety;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.harrier.security.KnownSecrets;
import dev.harrier.server.config.ConfigReader;
import dev.harrier.server.config.HarrierConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StartChecksTest {
  private static final Map<String, String> REACHED =
      Map.of(
          "server.address", "0.0.0.0",
          "server.url", "https://flyte.example.org",
          "server.security.secure", "true");

  private final Path home;
  private final Path security;
  private final Path key;
  private final HomeFiles files;

  StartChecksTest(@TempDir Path folder) throws IOException {
    home = Files.createDirectory(folder.resolve("home"), mode("rwx------"));
    security = Files.createDirectory(home.resolve("security"), mode("rwx------"));
    key = Files.createFile(security.resolve("signing-key.json"), mode("rw-------"));
    files =
        new HomeFiles(
            home,
            List.of(security),
            List.of(home.resolve("client_secret")),
            List.of(home.resolve("client.yaml")));
  }

  @Test
  void root_is_warned_on_loopback_and_refused_where_others_reach_it() {
    assertThatCode(() -> start(Map.of(), true)).doesNotThrowAnyException();
    assertThatCode(() -> start(REACHED, false)).doesNotThrowAnyException();
    assertThatThrownBy(() -> start(REACHED, true))
        .isInstanceOf(RefusedStartException.class)
        .hasMessageContainingAll("found root", "0.0.0.0", "--allow-root");
  }

  @Test
  void root_is_refused_where_others_reach_the_internal_port_that_there_is() {
    var internal = Map.of("server.internal.address", "0.0.0.0", "server.security.secure", "true");
    var admin = new java.util.HashMap<>(internal);
    admin.put("role", "admin");

    assertThatCode(() -> start(internal, true)).doesNotThrowAnyException();
    assertThatThrownBy(() -> start(admin, true))
        .isInstanceOf(RefusedStartException.class)
        .hasMessageContainingAll("found root", "0.0.0.0", "--allow-root");
  }

  @Test
  void root_may_if_it_is_said() {
    var allowed = new java.util.HashMap<>(REACHED);
    allowed.put("server.security.allowRoot", "true");

    assertThatCode(() -> start(allowed, true)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw-----w-", "rw-r--r--"})
  void a_key_that_others_may_read_or_change_is_refused(String found) throws IOException {
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString(found));

    assertThatThrownBy(() -> start(Map.of(), false))
        .isInstanceOf(RefusedStartException.class)
        .hasMessageContainingAll(key.toString(), "expected mode 600", found, "chmod 600 " + key);
  }

  @Test
  void a_folder_of_keys_that_others_may_enter_is_refused() throws IOException {
    Files.setPosixFilePermissions(security, PosixFilePermissions.fromString("rwxr-x---"));

    assertThatThrownBy(() -> start(Map.of(), false))
        .hasMessageContainingAll(security.toString(), "expected mode 700", "rwxr-x---");
  }

  @Test
  void a_home_that_others_may_change_is_refused_but_not_one_that_they_see() throws IOException {
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxrwxr-x"));
    assertThatThrownBy(() -> start(Map.of(), false))
        .hasMessageContainingAll("chmod go-w " + home, "rwxrwxr-x");

    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
    assertThatCode(() -> start(Map.of(), false)).doesNotThrowAnyException();
  }

  @Test
  void a_clock_before_the_last_start_is_refused() throws IOException {
    Files.setLastModifiedTime(key, FileTime.from(Instant.now().plus(Duration.ofHours(3))));

    assertThatThrownBy(() -> start(Map.of(), false))
        .isInstanceOf(RefusedStartException.class)
        .hasMessageContainingAll("clock", key.toString(), "Set the clock");
  }

  @Test
  void a_clock_before_the_program_is_refused() {
    var checks =
        new StartChecks(
            config(Map.of()),
            files,
            Clock.fixed(Instant.parse("1970-01-01T00:00:07Z"), ZoneOffset.UTC),
            false);

    assertThatThrownBy(checks::beforeOpening)
        .isInstanceOf(RefusedStartException.class)
        .hasMessageContainingAll("1970-01-01", "Set the clock");
  }

  @Test
  void a_database_whose_clock_is_far_off_is_refused_with_both_times() {
    var now = Instant.parse("2026-05-05T10:00:00Z");

    assertThatCode(() -> ClockChecks.compare(now, now.plusSeconds(59), now))
        .doesNotThrowAnyException();
    for (var off : List.of(Duration.ofSeconds(61), Duration.ofSeconds(-61))) {
      assertThatThrownBy(() -> ClockChecks.compare(now, now.plus(off), now))
          .isInstanceOf(RefusedStartException.class)
          .hasMessageContainingAll("2026-05-05T10:00:00Z", now.plus(off).toString(), "NTP");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgresql://flyte:foobar@localhost/flyte",
        "postgresql://postgres:postgres@db.example.org/flyte",
        "jdbc:postgresql://me:PassWord@localhost/flyte",
        "postgresql://me:rootpassword@localhost/flyte",
        "postgresql://somebody:somebody@localhost/flyte",
      })
  void a_password_that_everybody_knows_is_refused_and_not_repeated(String url) {
    var password = url.replaceAll(".*:([^@]+)@.*", "$1");

    assertThatThrownBy(() -> start(Map.of("database.url", url), false))
        .isInstanceOf(RefusedStartException.class)
        .hasMessageContaining("everybody knows")
        .satisfies(
            refused -> {
              if (!url.contains("//" + password)) {
                assertThat(refused.getMessage()).doesNotContain(password);
              }
            });
  }

  @Test
  void a_password_of_its_own_is_fine() {
    assertThatCode(
            () ->
                start(Map.of("database.url", "postgresql://flyte:q8sVt2eB@localhost/flyte"), false))
        .doesNotThrowAnyException();
    assertThat(KnownSecrets.has("FooBar ")).isTrue();
  }

  private void start(Map<String, String> settings, boolean root) throws IOException {
    new StartChecks(config(settings), files, Clock.systemUTC(), root).beforeOpening();
  }

  private static HarrierConfig config(Map<String, String> settings) {
    return ConfigReader.read(Optional.empty(), Map.of(), settings);
  }

  private static java.nio.file.attribute.FileAttribute<?> mode(String mode) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode));
  }
}
