package dev.harrier.security.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.JWKSet;
import dev.harrier.security.TestClock;
import dev.harrier.spi.RejectedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SigningKeysTest {
  private static final String ISSUER = "http://localhost:30080";

  private final TestClock clock = new TestClock();
  private final Path file;
  private final SigningKeys keys;

  SigningKeysTest(@TempDir Path folder) throws Exception {
    file = folder.resolve("security/signing-key.json");
    keys = SigningKeys.open(file, clock);
  }

  @Test
  void after_a_rotation_old_tokens_stay_good_and_both_keys_are_published() throws Exception {
    var old = token(keys);

    keys.rotate();

    var verifier = new TokenVerifier(ISSUER, keys, clock, Endings.NONE, LiveAttempts.ALL);
    assertThat(verifier.verify(old).subject()).isEqualTo("sa:ci");
    assertThat(verifier.verify(token(keys)).subject()).isEqualTo("sa:ci");
    assertThat(JWKSet.parse(keys.jwks()).getKeys()).hasSize(2).noneMatch(key -> key.isPrivate());
    var reopened =
        new TokenVerifier(
            ISSUER, SigningKeys.open(file, clock), clock, Endings.NONE, LiveAttempts.ALL);
    assertThat(reopened.verify(old).subject()).isEqualTo("sa:ci");
  }

  @Test
  void a_token_ends_with_its_key_also_where_it_was_seen_before() throws Exception {
    var old = token(keys);
    var verifier = new TokenVerifier(ISSUER, keys, clock, Endings.NONE, LiveAttempts.ALL);
    verifier.verify(old);

    keys.replace();

    assertThatThrownBy(() -> verifier.verify(old)).hasMessageContaining("does not have");
    assertThat(verifier.verify(token(keys)).subject()).isEqualTo("sa:ci");
    assertThat(JWKSet.parse(keys.jwks()).getKeys()).hasSize(1);
    assertThat(SigningKeys.open(file, clock).jwks()).isEqualTo(keys.jwks());
  }

  @Test
  void a_key_signs_for_a_month_and_then_verifies_until_its_tokens_ended() throws Exception {
    keys.keepFresh();
    var first = keys.signing().getKeyID();
    clock.forward(SigningKeys.SIGNS);

    keys.keepFresh();

    assertThat(keys.signing().getKeyID()).isNotEqualTo(first);
    assertThat(keys.verifier(first)).isPresent();
    clock.forward(SigningKeys.VERIFIES.plus(Duration.ofSeconds(1)));
    keys.keepFresh();
    assertThat(keys.verifier(first)).isEmpty();
    assertThat(JWKSet.parse(keys.jwks()).getKeys()).hasSize(1);
  }

  @Test
  void the_single_key_of_an_earlier_release_is_taken_over() throws Exception {
    var old = token(keys);
    Files.writeString(file, keys.signing().toJSONString());

    var reopened = SigningKeys.open(file, clock);

    assertThat(
            new TokenVerifier(ISSUER, reopened, clock, Endings.NONE, LiveAttempts.ALL)
                .verify(old)
                .subject())
        .isEqualTo("sa:ci");
  }

  @Test
  void a_token_of_a_key_that_was_deleted_is_refused() throws Exception {
    var old = token(keys);
    Files.delete(file);

    var verifier =
        new TokenVerifier(
            ISSUER, SigningKeys.open(file, clock), clock, Endings.NONE, LiveAttempts.ALL);

    assertThatThrownBy(() -> verifier.verify(old)).isInstanceOf(RejectedException.class);
  }

  @Test
  void keys_are_for_their_owner_alone() throws Exception {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
        .isEqualTo("rwx------");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

    assertThatThrownBy(() -> SigningKeys.open(file, clock))
        .hasMessageContaining("rw-r--r--")
        .hasMessageContaining("chmod 600");
  }

  private String token(SigningKeys signing) {
    return new TokenIssuer(ISSUER, signing, clock)
        .forClient("ci", Set.of("all"), Duration.ofMinutes(30))
        .value()
        .reveal();
  }
}
