package dev.harrier.secrets.vault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.harrier.security.secret.GivenMasterKeys;
import dev.harrier.security.secret.MasterKeys.Wrapped;
import dev.harrier.security.secret.MovedMasterKeys;
import dev.harrier.security.secret.UnknownMasterKeyException;
import dev.harrier.security.secret.UnreadableSecretException;
import dev.harrier.spi.StoreUnavailableException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Master keys that a real Vault keeps. */
@Tag("vault")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TransitMasterKeysTest {
  private static final byte[] DATA_KEY = "0123456789abcdef0123456789abcdef".getBytes(UTF_8);
  private static final byte[] CONTEXT = "harrier secret 1 \0 of a place".getBytes(UTF_8);

  private final TestVault vault;
  private final TransitMasterKeys keys;

  TransitMasterKeysTest(@TempDir Path folder) throws Exception {
    vault = TestVault.start();
    keys =
        new TransitMasterKeys(
            new VaultCalls(
                vault.address(),
                Optional.empty(),
                Optional.empty(),
                new VaultLogin.AppRole(
                    "approle", vault.roleId(), vault.secretIdFile(folder.resolve("id"))),
                Clock.systemUTC()),
            "transit",
            "harrier");
  }

  @AfterAll
  void stop() {
    keys.close();
    vault.close();
  }

  @Test
  void a_data_key_comes_back_in_its_own_context_alone() {
    var wrapped = keys.wrap(DATA_KEY, CONTEXT);

    assertThat(wrapped.bytes().toStringUtf8()).startsWith("vault:v");
    assertThat(wrapped.bytes().toByteArray()).isNotEqualTo(DATA_KEY);
    assertThat(keys.unwrap(wrapped, CONTEXT)).isEqualTo(DATA_KEY);
    assertThatThrownBy(() -> keys.unwrap(wrapped, "another".getBytes(UTF_8)))
        .isInstanceOf(UnreadableSecretException.class);
    var changed = wrapped.bytes().toStringUtf8();
    assertThatThrownBy(
            () ->
                keys.unwrap(
                    new Wrapped(
                        wrapped.master(),
                        ByteString.copyFromUtf8(
                            changed.substring(0, changed.length() - 8) + "AAAAAAA=")),
                    CONTEXT))
        .isInstanceOf(UnreadableSecretException.class);
  }

  @Test
  void after_vault_made_a_new_version_the_old_one_opens_and_the_new_one_wraps() {
    var before = keys.wrap(DATA_KEY, CONTEXT);
    assertThat(keys.current()).isEqualTo(before.master());

    vault.administer("transit/keys/harrier/rotate", "{}");

    var after = keys.wrap(DATA_KEY, CONTEXT);
    assertThat(after.master()).isNotEqualTo(before.master()).isEqualTo(keys.current());
    assertThat(keys.unwrap(before, CONTEXT)).isEqualTo(DATA_KEY);
    assertThat(keys.unwrap(after, CONTEXT)).isEqualTo(DATA_KEY);
  }

  @Test
  void what_the_keys_before_vault_wrapped_still_opens() {
    var former = GivenMasterKeys.generate();
    var moved = new MovedMasterKeys(keys, List.of(former));
    var old = former.wrap(DATA_KEY, CONTEXT);

    assertThat(moved.unwrap(old, CONTEXT)).isEqualTo(DATA_KEY);
    assertThat(moved.unwrap(moved.wrap(DATA_KEY, CONTEXT), CONTEXT)).isEqualTo(DATA_KEY);
    assertThat(moved.current()).startsWith("vault:transit/harrier:v");
    assertThatThrownBy(() -> keys.unwrap(old, CONTEXT))
        .isInstanceOf(UnknownMasterKeyException.class);
  }

  @Test
  void a_sealed_vault_is_temporary() {
    var wrapped = keys.wrap(DATA_KEY, CONTEXT);
    vault.seal();
    try {
      assertThatThrownBy(() -> keys.unwrap(wrapped, CONTEXT))
          .isInstanceOf(StoreUnavailableException.class)
          .hasMessageContaining("its service is a Vault that is sealed");
    } finally {
      vault.unseal();
    }
    assertThat(keys.unwrap(wrapped, CONTEXT)).isEqualTo(DATA_KEY);
  }
}
