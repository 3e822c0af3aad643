package dev.harrier.secrets.aws;

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
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.AlreadyExistsException;

/** Master keys that AWS KMS keeps, as moto plays it. */
@Tag("moto")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AwsKmsMasterKeysTest {
  private static final byte[] DATA_KEY = "0123456789abcdef0123456789abcdef".getBytes(UTF_8);
  private static final byte[] CONTEXT = "harrier secret 1 \0 of a place".getBytes(UTF_8);

  private final TestMoto moto;
  private final KmsClient administrator;

  AwsKmsMasterKeysTest() throws IOException {
    moto = TestMoto.start();
    administrator = moto.administrator(KmsClient.builder());
  }

  @AfterAll
  void stop() {
    administrator.close();
    moto.close();
  }

  private String newKey() {
    return administrator.createKey().keyMetadata().arn();
  }

  private void point(String alias, String key) {
    try {
      var unused = administrator.createAlias(one -> one.aliasName(alias).targetKeyId(key));
    } catch (AlreadyExistsException known) {
      var unused = administrator.updateAlias(one -> one.aliasName(alias).targetKeyId(key));
    }
  }

  private AwsKmsMasterKeys keys(String key) {
    return new AwsKmsMasterKeys(key, Optional.of(TestMoto.REGION), Optional.of(moto.address()));
  }

  @Test
  void a_data_key_comes_back_in_its_own_context_alone() {
    var arn = newKey();
    try (var keys = keys(arn)) {
      var wrapped = keys.wrap(DATA_KEY, CONTEXT);

      assertThat(wrapped.master()).isEqualTo("aws-kms:" + arn);
      assertThat(new String(wrapped.bytes().toByteArray(), UTF_8))
          .doesNotContain(new String(DATA_KEY, UTF_8));
      assertThat(keys.unwrap(wrapped, CONTEXT)).isEqualTo(DATA_KEY);
      assertThatThrownBy(() -> keys.unwrap(wrapped, "another".getBytes(UTF_8)))
          .isInstanceOf(UnreadableSecretException.class);
      assertThatThrownBy(() -> keys.unwrap(changed(wrapped), CONTEXT))
          .isInstanceOf(UnreadableSecretException.class);
    }
  }

  private static Wrapped changed(Wrapped wrapped) {
    var bytes = wrapped.bytes().toByteArray();
    bytes[bytes.length - 1] ^= 1;
    return new Wrapped(wrapped.master(), ByteString.copyFrom(bytes));
  }

  @Test
  void an_alias_that_points_at_another_key_wraps_with_that_and_the_former_one_still_opens() {
    var alias = "alias/harrier-" + UUID.randomUUID();
    var first = newKey();
    var second = newKey();
    point(alias, first);
    try (var keys = keys(alias)) {
      var before = keys.wrap(DATA_KEY, CONTEXT);
      assertThat(keys.current()).isEqualTo(before.master()).endsWith(first);

      point(alias, second);

      var after = keys.wrap(DATA_KEY, CONTEXT);
      assertThat(keys.current()).isEqualTo(after.master()).endsWith(second);
      assertThat(keys.unwrap(before, CONTEXT)).isEqualTo(DATA_KEY);
      assertThat(keys.unwrap(after, CONTEXT)).isEqualTo(DATA_KEY);
    }
  }

  @Test
  void what_the_keys_before_kms_wrapped_still_opens() {
    try (var keys = keys(newKey())) {
      var former = GivenMasterKeys.generate();
      var moved = new MovedMasterKeys(keys, List.of(former));
      var old = former.wrap(DATA_KEY, CONTEXT);

      assertThat(moved.unwrap(old, CONTEXT)).isEqualTo(DATA_KEY);
      assertThat(moved.unwrap(moved.wrap(DATA_KEY, CONTEXT), CONTEXT)).isEqualTo(DATA_KEY);
      assertThat(moved.current()).startsWith("aws-kms:arn:aws:kms:eu-central-1:");
      assertThatThrownBy(() -> keys.unwrap(old, CONTEXT))
          .isInstanceOf(UnknownMasterKeyException.class);
    }
  }

  @Test
  void a_key_of_another_account_or_region_is_not_asked() {
    var arn = newKey();
    var id = arn.substring(arn.indexOf("key/"));
    try (var keys = keys(arn)) {
      var bytes = keys.wrap(DATA_KEY, CONTEXT).bytes();
      for (var other :
          new String[] {
            "aws-kms:arn:aws:kms:eu-central-1:999999999999:" + id,
            "aws-kms:arn:aws:kms:us-east-1:123456789012:" + id,
            "aws-kms:" + id,
            arn
          }) {
        assertThatThrownBy(() -> keys.unwrap(new Wrapped(other, bytes), CONTEXT))
            .as(other)
            .isInstanceOf(UnknownMasterKeyException.class)
            .hasMessageContaining("expected one of AWS KMS in the account and region of");
      }
    }
  }

  @Test
  void a_key_that_is_gone_is_unknown_and_one_that_never_was_is_named() {
    var arn = newKey();
    var nobodys = arn.substring(0, arn.indexOf("key/")) + "key/" + UUID.randomUUID();
    try (var keys = keys(arn);
        var never = keys(nobodys)) {
      var wrapped = new Wrapped("aws-kms:" + nobodys, keys.wrap(DATA_KEY, CONTEXT).bytes());

      assertThatThrownBy(() -> keys.unwrap(wrapped, CONTEXT))
          .isInstanceOf(UnknownMasterKeyException.class)
          .hasMessageContaining("does not have any more");
      assertThatThrownBy(() -> never.wrap(DATA_KEY, CONTEXT))
          .isInstanceOf(StoreUnavailableException.class)
          .hasMessageContaining("AWS KMS has no key '" + nobodys + "'");
    }
  }
}
