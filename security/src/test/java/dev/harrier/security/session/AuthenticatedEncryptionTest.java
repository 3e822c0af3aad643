package dev.harrier.security.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.security.Secret;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SealTest {
  private final AuthenticatedEncryption encryption = AuthenticatedEncryption.generate();

  @Test
  void what_was_sealed_is_opened_for_the_same_purpose_alone() {
    var sealed = encryption.encrypt("a", new Secret("grüße"));

    assertThat(encryption.decrypt("a", sealed).map(Secret::reveal)).contains("grüße");
    assertThat(encryption.decrypt("b", sealed)).isEmpty();
    assertThat(AuthenticatedEncryption.generate().decrypt("a", sealed)).isEmpty();
    assertThat(new String(sealed, UTF_8)).doesNotContain("grüße");
  }

  @Test
  void nothing_that_was_changed_is_opened() {
    var sealed = encryption.encrypt("a", new Secret("text"));

    for (var i = 0; i < sealed.length; i++) {
      var changed = sealed.clone();
      changed[i] ^= 1;
      assertThat(encryption.decrypt("a", changed)).as("byte %s", i).isEmpty();
    }
    assertThat(encryption.decrypt("a", new byte[3])).isEmpty();
  }

  @Test
  void a_key_is_kept_in_its_file(@TempDir Path folder) throws IOException {
    var file = folder.resolve("key");
    var sealed = AuthenticatedEncryption.open(file).encrypt("a", new Secret("text"));

    assertThat(AuthenticatedEncryption.open(file).decrypt("a", sealed)).isPresent();
  }
}
