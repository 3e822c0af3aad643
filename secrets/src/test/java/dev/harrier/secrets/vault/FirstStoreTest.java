package dev.harrier.secrets.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.harrier.secrets.FakeService;
import dev.harrier.secrets.FakeService.Answer;
import dev.harrier.secrets.FakeService.Request;
import dev.harrier.secrets.OutsideSecrets;
import dev.harrier.secrets.Places;
import dev.harrier.secrets.SecretFile;
import dev.harrier.spi.ProjectDomain;
import dev.harrier.spi.SecretId;
import dev.harrier.spi.SecretSource;
import dev.harrier.spi.SecretValue;
import dev.harrier.spi.StoreUnavailableException;
import dev.harrier.testkit.SecretSourceContract;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The first key-value store of a real Vault, by a token in a file. */
@Tag("vault")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FirstStoreTest extends SecretSourceContract {
  private static final ProjectDomain PLACE = new ProjectDomain("flytesnacks", "development");
  private static final SecretId ID = SecretId.of("warehouse", "password");

  private final Path folder;
  private final TestVault vault;
  private String prefix = "";

  FirstStoreTest(@TempDir Path folder) throws Exception {
    this.folder = folder;
    vault = TestVault.start();
  }

  @BeforeEach
  void keepApart() {
    prefix = "tasks/" + UUID.randomUUID();
  }

  @AfterAll
  void stop() {
    vault.close();
  }

  @Override
  protected SecretSource open() throws Exception {
    return source(new VaultLogin.TokenFile(vault.tokenFile(folder.resolve("token"), "1h")));
  }

  @Override
  protected void put(ProjectDomain place, SecretId id, String text) {
    vault.putFirst(prefix + "/" + place + "/" + id.group(), id.key(), text);
  }

  private OutsideSecrets source(VaultLogin login) {
    return new OutsideSecrets(
        "team-vault",
        new Places(List.of(), prefix + "/{project}/{domain}"),
        new VaultSecrets(
            new VaultCalls(
                vault.address(), Optional.empty(), Optional.empty(), login, Clock.systemUTC()),
            "kv1",
            VaultSecrets.Store.KV1));
  }

  private static Optional<String> found(SecretSource source) {
    return source.find(ID, PLACE).map(SecretValue::reveal);
  }

  @Test
  void it_has_no_versions() throws Exception {
    put(PLACE, ID, "hunter2");

    assertThat(open().find(new SecretId("warehouse", "password", Optional.of("1")), PLACE))
        .isEmpty();
  }

  @Test
  void a_token_that_nobody_asks_with_outlives_its_time() throws Exception {
    put(PLACE, ID, "hunter2");
    var ttl = Duration.ofSeconds(3);
    var file = vault.tokenFile(folder.resolve("short"), ttl.toSeconds() + "s");
    try (var source = source(new VaultLogin.TokenFile(file))) {
      source.start();

      awaitTime(Instant.now().plus(ttl.multipliedBy(2)));

      assertThat(found(source)).contains("hunter2");
    }
  }

  @Test
  void a_token_that_has_ended_is_told_and_another_in_the_file_is_taken() throws Exception {
    put(PLACE, ID, "hunter2");
    var file = vault.tokenFile(folder.resolve("ended"), "1s");
    var source = source(new VaultLogin.TokenFile(file));
    awaitTime(Instant.now().plusSeconds(2));

    assertThatThrownBy(() -> found(source))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining("refused the token in " + file + " with status 403");

    vault.tokenFile(file, "1h");
    assertThat(found(source)).contains("hunter2");
  }

  // By a Vault of the tests': the real one asks a cluster whose the token is.
  @Test
  void a_pods_service_account_logs_in_by_its_token() throws Exception {
    var jwt = SecretFile.write(folder.resolve("jwt"), "the-token-of-the-pod");
    try (var fake = new FakeService(FirstStoreTest::loggedInByKubernetes)) {
      var secrets =
          new VaultSecrets(
              new VaultCalls(
                  fake.address(),
                  Optional.empty(),
                  Optional.of("team"),
                  new VaultLogin.Kubernetes("kubernetes", "harrier", jwt),
                  Clock.systemUTC()),
              "kv1",
              VaultSecrets.Store.KV1);

      assertThat(secrets.read("place", ID)).contains("hunter2");
    }
  }

  private static Answer loggedInByKubernetes(Request request) {
    var headers = request.headers().toLowerCase(Locale.ROOT);
    if (!headers.contains("x-vault-namespace=[team]")) {
      return new Answer(404, "{}");
    }
    if (request.path().equals("/v1/auth/kubernetes/login")) {
      return request.body().equals("{\"role\":\"harrier\",\"jwt\":\"the-token-of-the-pod\"}")
          ? new Answer(200, "{\"auth\": {\"client_token\": \"the-token\", \"lease_duration\": 60}}")
          : new Answer(403, "{}");
    }
    return headers.contains("x-vault-token=[the-token]")
            && request.path().equals("/v1/kv1/place/warehouse")
        ? new Answer(200, "{\"data\": {\"password\": \"hunter2\"}}")
        : new Answer(403, "{}");
  }

  private static void awaitTime(Instant end) {
    while (Instant.now().isBefore(end)) {
      java.util.concurrent.locks.LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
    }
  }
}
