package dev.harrier.security.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.security.Secret;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SealTest {
  private final Seal seal = Seal.generate();

  @Test
  void what_was_sealed_is_opened_for_the_same_purpose_alone() {
    var sealed = seal.close("a", new Secret("grüße"));

    assertThat(seal.open("a", sealed).map(Secret::reveal)).contains("grüße");
    assertThat(seal.open("b", sealed)).isEmpty();
    assertThat(Seal.generate().open("a", sealed)).isEmpty();
    assertThat(new String(sealed, UTF_8)).doesNotContain("grüße");
  }

  @Test
  void nothing_that_was_changed_is_opened() {
    var sealed = seal.close("a", new Secret("text"));

    for (var i = 0; i < sealed.length; i++) {
      var changed = sealed.clone();
      changed[i] ^= 1;
      assertThat(seal.open("a", changed)).as("byte %s", i).isEmpty();
    }
    assertThat(seal.open("a", new byte[3])).isEmpty();
  }

  @Test
  void a_key_is_kept_in_its_file(@TempDir Path folder) throws IOException {
    var file = folder.resolve("key");
    var sealed = Seal.open(file).close("a", new Secret("text"));

    assertThat(Seal.open(file).open("a", sealed)).isPresent();
  }
}
