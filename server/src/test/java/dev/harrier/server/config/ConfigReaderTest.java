package dev.harrier.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ConfigReaderTest {
  private final Path file;

  ConfigReaderTest(@TempDir Path folder) {
    file = folder.resolve("config.yaml");
  }

  @Test
  void nothing_said_means_the_defaults() throws IOException {
    assertThat(read("")).isEqualTo(HarrierConfig.DEFAULTS);
    assertThat(read("server:\n")).isEqualTo(HarrierConfig.DEFAULTS);
    assertThat(HarrierConfig.DEFAULTS.server())
        .isEqualTo(
            new ServerConfig(
                "localhost",
                30_080,
                10_254,
                Duration.ofSeconds(60),
                Duration.ofSeconds(10),
                2_048,
                10 << 20,
                20 << 20,
                CallerLimits.DEFAULTS,
                Optional.empty(),
                InternalConfig.DEFAULTS,
                SecurityConfig.DEFAULTS));
  }

  @Test
  void the_access_policy_lives_in_one_of_two_places() throws IOException {
    assertThat(HarrierConfig.DEFAULTS.auth().policy()).isEqualTo(PolicyPlace.FILE);
    assertThat(read("auth: {policy: database}").auth().policy()).isEqualTo(PolicyPlace.DATABASE);
    assertThatThrownBy(() -> read("auth: {policy: both}"))
        .hasMessageContaining("auth.policy: expected one of file, database, found 'both'");
  }

  @Test
  void what_kubernetes_tells_of_services_called_harrier_is_no_setting() {
    var told =
        Map.of(
            "HARRIER_SERVICE_HOST", "10.0.0.1",
            "HARRIER_SERVICE_PORT_HTTPS", "443",
            "HARRIER_PORT", "tcp://10.0.0.1:443",
            "HARRIER_SERVER_PORT", "tcp://10.0.0.1:443",
            "HARRIER_PORT_443_TCP_ADDR", "10.0.0.1");

    assertThat(ConfigReader.read(Optional.empty(), told, Map.of()))
        .isEqualTo(HarrierConfig.DEFAULTS);
  }

  @Test
  void a_value_of_flytes_for_authentication_carries_over_and_none_turns_it_off()
      throws IOException {
    assertThat(read("auth: {enabled: true}")).isEqualTo(HarrierConfig.DEFAULTS);
    assertThatThrownBy(() -> read("auth: {enabled: false}"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("auth.enabled: expected true");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "server: &a {port: *a} | contains itself",
        "server: 7 | server: expected a group of names and values, found '7'",
        "server: {requestBytesMax: 9999999999GiB} | server.requestBytesMax: expected a number",
        "server: {requestBytesMax: 99999999999999999999} | server.requestBytesMax: expected a number",
        "server: {callTimeout: 99999999999999999d} | server.callTimeout: expected a number",
        "server: {port: 99999999999} | server.port: expected a whole number from",
        "auth: {userAuth: {providers: [{}, {nonsense: 1}]}} | auth.userAuth.providers[1].nonsense",
        "secrets: {masterKeyTransit: {key: a}, masterKeyAwsKms: {key: b}} | secrets.masterKeyTransit.key and secrets.masterKeyAwsKms.key: expected one of them, or secrets.masterKeyPlace to say which wraps from now on, found both",
        "secrets: {masterKeyPlace: transit} | secrets.masterKeyPlace: expected a key to be given there, found none",
        "{role: admin, tasks: {egress: {a: none}}} | tasks.egress: expected it in the propeller's",
        "{role: admin, tasks: {requireWalls: true}} | tasks.requireWalls: expected it in the propeller's",
      })
  void what_cannot_be_is_told_in_a_sentence(String yaml, String words) throws IOException {
    Files.writeString(file, yaml);

    assertThatThrownBy(
            () ->
                ConfigReader.read(
                    Optional.of(file), Map.of(), Map.of("server.metricsPort", "2000")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(words);
  }

  @Test
  void a_file_that_is_none_is_told_in_a_sentence() throws IOException {
    Files.write(file, new byte[] {0, 1, (byte) 0xff});
    assertThatThrownBy(() -> ConfigReader.read(Optional.of(file), Map.of(), Map.of()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(file + ": expected text in UTF-8");
    Files.writeString(file, "server: " + "[".repeat(20_000));
    assertThatThrownBy(() -> ConfigReader.read(Optional.of(file), Map.of(), Map.of()))
        .isInstanceOf(ConfigurationException.class);
    Files.writeString(file, "#".repeat(2 << 20));
    assertThatThrownBy(() -> ConfigReader.read(Optional.of(file), Map.of(), Map.of()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("expected at most 1048576 bytes");
    Files.delete(file);
    assertThatThrownBy(() -> ConfigReader.read(Optional.of(file), Map.of(), Map.of()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("found none");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"HARRIER_HOMEE", "HARRIER_TASKS_IMAGES", "HARRIER_AUTH_USER_AUTH_PROVIDERS"})
  void a_variable_that_can_never_be_right_is_refused(String name) {
    assertThatThrownBy(() -> ConfigReader.read(Optional.empty(), Map.of(name, "x"), Map.of()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(name);
  }

  @Test
  void a_file_says_what_differs() throws IOException {
    var config =
        read(
            """
            server:
              port: 8080
              callTimeout: 2m
              requestBytesMax: 4MiB
            tasks:
              python: /opt/python/bin/python
              coldWorkers: true
              environment: {REGION: north, LEVEL: 3}
              readable: [/data]
              egress: {team-a: none, team-b/production: [api, "10.0.0.0/8", "db.example.org:5432"], "*": host}
            log: {format: json, level: DEBUG}
            """);

    assertThat(config.server().port()).isEqualTo(8080);
    assertThat(config.server().callTimeout()).isEqualTo(Duration.ofMinutes(2));
    assertThat(config.server().requestBytesMax()).isEqualTo(4 << 20);
    assertThat(config.tasks().python()).contains(Path.of("/opt/python/bin/python"));
    assertThat(config.tasks().coldWorkers()).isTrue();
    assertThat(config.tasks().environment()).isEqualTo(Map.of("REGION", "north", "LEVEL", "3"));
    assertThat(config.tasks().egress())
        .isEqualTo(
            Map.of(
                "team-a",
                List.of("none"),
                "team-b/production",
                List.of("api", "10.0.0.0/8", "db.example.org:5432"),
                "*",
                List.of("host")));
    assertThat(config.tasks().readable()).containsExactly(Path.of("/data"));
    assertThat(config.log()).isEqualTo(new LogConfig(LogConfig.Format.JSON, LogConfig.Level.DEBUG));
  }

  @Test
  void the_environment_wins_over_the_file_and_flags_over_both() throws IOException {
    Files.writeString(file, "server: {port: 1000, metricsPort: 2000, address: '::1'}");

    var config =
        ConfigReader.read(
            Optional.of(file),
            Map.of("HARRIER_SERVER_METRICS_PORT", "2001", "HARRIER_SERVER_PORT", "1001"),
            Map.of("server.port", "1002"));

    assertThat(config.server().port()).isEqualTo(1002);
    assertThat(config.server().metricsPort()).isEqualTo(2001);
    assertThat(config.server().address()).isEqualTo("::1");
  }

  @ParameterizedTest
  @CsvSource({
    "'sever: {port: 1}', 'server'",
    "'server: {prot: 1}', 'server.port'",
    "'server: {metrics_port: 1}', 'server.metricsPort'",
    "'tasks: {coldworker: true}', 'tasks.coldWorkers'",
  })
  void an_unknown_name_is_refused_with_the_nearest_known(String yaml, String meant) {
    assertThatThrownBy(() -> read(yaml))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("Did you mean '" + meant + "'?");
  }

  @Test
  void lifetimes_of_logins_have_flytes_names_and_bounds() throws IOException {
    var config =
        read(
            "auth: {appAuth: {selfAuthServer: {accessTokenLifespan: 5m, refreshTokenLifespan: 60m}}}");

    assertThat(config.auth().lifetimes().accessToken()).isEqualTo(Duration.ofMinutes(5));
    assertThat(config.auth().lifetimes().refreshToken()).isEqualTo(Duration.ofHours(1));
    assertThat(config.auth().lifetimes().code()).isEqualTo(Duration.ofMinutes(1));
    for (var wrong :
        List.of(
            "accessTokenLifespan: 25h",
            "authorizationCodeLifespan: 1h",
            "accessTokenLifespan: 1ms",
            "refreshTokenLifespan: 90d")) {
      assertThatThrownBy(() -> read("auth: {appAuth: {selfAuthServer: {" + wrong + "}}}"))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("selfAuthServer");
    }
  }

  @Test
  void an_unknown_name_that_is_near_to_none_gets_the_list() {
    assertThatThrownBy(() -> read("kubernetes: {}"))
        .hasMessageContaining("'kubernetes'")
        .hasMessageContaining(
            "Known here: role, server, admin, database, storage, tasks, secrets, auth, audit, log.");
  }

  @Test
  void an_unknown_variable_is_refused_too() {
    assertThatThrownBy(
            () -> ConfigReader.read(Optional.empty(), Map.of("HARRIER_SERVER_PRT", "1"), Map.of()))
        .hasMessageContaining("Did you mean 'HARRIER_SERVER_PORT'?");
  }

  @Test
  void variables_of_others_are_left_alone() {
    var environment =
        Map.of(
            "HARRIER_HOME", "/x",
            "HARRIER_EXAMPLES", "/e",
            "HARRIER_PYTHON", "/p",
            "HARRIER_TEST_PYTHON", "/y",
            "PATH", "/z");

    assertThat(ConfigReader.read(Optional.empty(), environment, Map.of()))
        .isEqualTo(HarrierConfig.DEFAULTS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "192.168.1.7", "example.org", "::", ""})
  void an_address_that_others_reach_is_refused_as_there_is_no_tls(String address) {
    assertThatThrownBy(() -> read("server: {address: '%s'}".formatted(address)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("TLS");
  }

  @ParameterizedTest
  @CsvSource({
    "'server: {port: many}', 'server.port: expected a whole number'",
    "'server: {port: 70000}', 'server.port: expected 0 to 65535'",
    "'server: {port: 7, metricsPort: 7}', 'server.metricsPort'",
    "'server: {callTimeout: soon}', 'server.callTimeout: expected a time'",
    "'server: {callTimeout: 0s}', 'callTimeout > 0'",
    "'server: {requestBytesMax: big}', 'server.requestBytesMax: expected a size'",
    "'server: 7', 'server: expected a group'",
    "'tasks: {coldWorkers: yes}', 'tasks.coldWorkers: expected true or false'",
    "'log: {format: xml}', 'log.format: expected one of text, json'",
    "'[1, 2]', 'expected names and values'",
    "'a: [', 'is no YAML'",
  })
  void a_wrong_value_is_refused_with_its_name(String yaml, String message) {
    assertThatThrownBy(() -> read(yaml))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(message);
  }

  @Test
  void a_password_in_the_database_url_is_never_shown() throws IOException {
    var config = read("database: {url: 'postgresql://me:hunter2@host/db'}");

    assertThat(config.toString()).doesNotContain("hunter2");
    assertThat(config.database().url()).isPresent();
  }

  private HarrierConfig read(String yaml) throws IOException {
    Files.writeString(file, yaml);
    return ConfigReader.read(Optional.of(file), Map.of(), Map.of());
  }
}
