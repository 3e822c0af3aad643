package dev.harrier.secrets.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.harrier.secrets.OutsideSecrets;
import dev.harrier.secrets.Places;
import dev.harrier.secrets.SecretFile;
import dev.harrier.spi.ProjectDomain;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.SecretId;
import dev.harrier.spi.SecretSource;
import dev.harrier.spi.SecretValue;
import dev.harrier.spi.StoreUnavailableException;
import dev.harrier.testkit.SecretSourceContract;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The second key-value store of a real Vault, over TLS and by AppRole. */
@Tag("vault")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class VaultSecretsTest extends SecretSourceContract {
  private static final ProjectDomain PLACE = new ProjectDomain("flytesnacks", "development");
  private static final SecretId ID = SecretId.of("warehouse", "password");
  private static final String CANARY = "canary-" + UUID.randomUUID();

  private final Path folder;
  private final TestVault vault;
  private String prefix = "";

  VaultSecretsTest(@TempDir Path folder) throws Exception {
    this.folder = folder;
    vault = TestVault.startWithTls(folder);
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
    return source(appRole(vault.roleId(), vault.secretIdFile(folder.resolve("secret-id"))));
  }

  @Override
  protected void put(ProjectDomain place, SecretId id, String text) {
    vault.putSecond(prefix + "/" + place + "/" + id.group(), id.key(), text);
  }

  private static VaultLogin appRole(String roleId, Path secretIdFile) {
    return new VaultLogin.AppRole("approle", roleId, secretIdFile);
  }

  private OutsideSecrets source(VaultLogin login) {
    return source(login, vault.authorityFile());
  }

  private OutsideSecrets source(VaultLogin login, Optional<Path> authority) {
    return new OutsideSecrets(
        "team-vault",
        new Places(List.of(), prefix + "/{project}/{domain}"),
        new VaultSecrets(
            new VaultCalls(vault.address(), authority, Optional.empty(), login, Clock.systemUTC()),
            "kv2",
            VaultSecrets.Store.KV2));
  }

  private static Optional<String> found(SecretSource source, SecretId id) {
    return source.find(id, PLACE).map(SecretValue::reveal);
  }

  /** What an operator, or a task's error, would show of a failure. */
  private static String shown(Throwable failure) {
    var text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  @Test
  void a_certain_version_is_the_one_that_the_store_counts() throws Exception {
    put(PLACE, ID, "first");
    put(PLACE, ID, "second");

    var source = open();

    assertThat(found(source, new SecretId("warehouse", "password", Optional.of("1"))))
        .contains("first");
    assertThat(found(source, ID)).contains("second");
    assertThat(found(source, new SecretId("warehouse", "password", Optional.of("9")))).isEmpty();
    assertThatThrownBy(
            () -> source.find(new SecretId("warehouse", "password", Optional.of("new")), PLACE))
        .isInstanceOf(RejectedException.class)
        .hasMessageContaining("expected a version that is a number");
  }

  @Test
  void one_that_was_deleted_is_absent() throws Exception {
    put(PLACE, ID, "hunter2");
    vault.administer("kv2/delete/" + prefix + "/" + PLACE + "/warehouse", "{\"versions\": [1]}");

    assertThat(found(open(), ID)).isEmpty();
  }

  @Test
  void sealed_in_the_middle_it_is_named_and_found_again_once_it_is_open() throws Exception {
    put(PLACE, ID, CANARY);
    var source = open();
    assertThat(found(source, ID)).contains(CANARY);

    vault.seal();
    try {
      var refused = catchThrowable(() -> source.find(ID, PLACE));
      var freshlyRefused = catchThrowable(() -> open().find(ID, PLACE));

      assertThat(refused)
          .isInstanceOf(StoreUnavailableException.class)
          .hasMessage(
              "The secret 'warehouse/password' cannot be had now: its source 'team-vault' is a"
                  + " Vault that is sealed: whoever runs it must unseal it.");
      assertThat(shown(refused)).doesNotContain(CANARY);
      assertThat(freshlyRefused).isNotNull();
    } finally {
      vault.unseal();
    }
    assertThat(found(source, ID)).contains(CANARY);
  }

  @Test
  void values_that_are_none_are_refused_with_the_secrets_name_and_not_with_the_value()
      throws Exception {
    put(PLACE, SecretId.of("bad", "nul"), CANARY + "\0");
    put(PLACE, SecretId.of("bad", "large"), CANARY.repeat((1 << 20) / CANARY.length()));
    put(PLACE, SecretId.of("bad", "empty"), "");
    var source = open();

    for (var key : List.of("nul", "large", "empty")) {
      var refused = catchThrowable(() -> source.find(SecretId.of("bad", key), PLACE));

      assertThat(refused)
          .isInstanceOf(RejectedException.class)
          .hasMessageContaining("The secret 'bad/" + key + "' in the source 'team-vault'");
      assertThat(shown(refused)).doesNotContain(CANARY);
    }
  }

  @Test
  void those_who_ask_while_it_rotates_find_the_old_or_the_new_one() throws Exception {
    put(PLACE, ID, "value-0");
    var source = open();

    try (var threads = Executors.newFixedThreadPool(2)) {
      var asked =
          List.of(
              threads.submit(() -> valuesSeen(source)), threads.submit(() -> valuesSeen(source)));
      for (var round = 1; round <= 20; round++) {
        put(PLACE, ID, "value-" + round);
      }

      for (var one : asked) {
        assertThat(one.get()).allMatch(value -> value.matches("value-\\d+"));
      }
    }
    assertThat(found(source, ID)).contains("value-20");
  }

  private static List<String> valuesSeen(SecretSource source) {
    return java.util.stream.IntStream.range(0, 30)
        .mapToObj(round -> found(source, ID).orElseThrow())
        .toList();
  }

  @Test
  void a_wrong_secret_id_and_a_path_without_a_policy_are_told_without_them() throws Exception {
    var wrong = source(appRole(vault.roleId(), SecretFile.write(folder.resolve("wrong"), CANARY)));
    var refused = catchThrowable(() -> wrong.find(ID, PLACE));
    assertThat(refused)
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining("refused the login by AppRole at auth/approle with status");
    assertThat(shown(refused)).doesNotContain(CANARY);

    var elsewhere =
        new OutsideSecrets(
            "team-vault",
            new Places(List.of(), "forbidden/{project}/{domain}"),
            new VaultSecrets(
                new VaultCalls(
                    vault.address(),
                    vault.authorityFile(),
                    Optional.empty(),
                    appRole(vault.roleId(), vault.secretIdFile(folder.resolve("id"))),
                    Clock.systemUTC()),
                "kv2",
                VaultSecrets.Store.KV2));
    assertThatThrownBy(() -> elsewhere.find(ID, PLACE))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining("its policy of Vault lacks the path");
  }

  @Test
  void a_vault_that_is_not_trusted_or_not_there_is_temporary() throws Exception {
    var login = appRole(vault.roleId(), vault.secretIdFile(folder.resolve("id")));

    assertThatThrownBy(() -> source(login, Optional.empty()).find(ID, PLACE))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining("did not answer at https://127.0.0.1")
        .hasMessageContaining("SSLHandshakeException");
    assertThatThrownBy(() -> source(login, Optional.of(folder.resolve("none"))).find(ID, PLACE))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining("its certificates in");
  }

  @Test
  void a_credential_that_others_may_read_is_not_used() throws Exception {
    var file = vault.secretIdFile(folder.resolve("open"));
    Files.setPosixFilePermissions(
        file, java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));

    assertThatThrownBy(() -> source(appRole(vault.roleId(), file)).find(ID, PLACE))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining("others may read or change");
  }

  @Test
  void a_revoked_token_is_replaced_by_another_login() throws Exception {
    put(PLACE, ID, "hunter2");
    var clock = new SteppedClock();
    var calls =
        new VaultCalls(
            vault.address(),
            vault.authorityFile(),
            Optional.empty(),
            appRole(vault.roleId(), vault.secretIdFile(folder.resolve("id"))),
            clock);
    var source =
        new OutsideSecrets(
            "team-vault",
            new Places(List.of(), prefix + "/{project}/{domain}"),
            new VaultSecrets(calls, "kv2", VaultSecrets.Store.KV2));
    assertThat(found(source, ID)).contains("hunter2");

    vault.revokeAll("auth/approle");
    clock.step(java.time.Duration.ofSeconds(11));

    assertThat(found(source, ID)).contains("hunter2");
  }
}
