package dev.harrier.audit.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.harrier.audit.redact.ValueHash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AuditKeyTest {
  private final Path file;

  AuditKeyTest(@TempDir Path folder) {
    this.file = folder.resolve("audit-key");
  }

  @Test
  void another_key_hashes_after_a_rotation_and_the_older_one_is_still_known() throws IOException {
    var before = AuditKey.open(file, "test", false);

    assertThat(AuditKey.addHashKey(file)).isEqualTo("k2");

    var after = AuditKey.open(file);
    assertThat(after.hash().of("ada")).startsWith("h:k2:");
    assertThat(after.hashes()).extracting(ValueHash::id).containsExactly("k1", "k2");
    assertThat(after.hashes().getFirst().of("ada")).isEqualTo(before.hash().of("ada"));
    assertThat(after.verifier().text()).isEqualTo(before.verifier().text());
  }

  @Test
  void a_key_that_is_forgotten_hashes_nothing_any_more_and_the_last_one_stays() throws IOException {
    var unused = AuditKey.open(file, "test", false);
    AuditKey.addHashKey(file);

    assertThat(AuditKey.forgetHashKey(file, "k1")).isTrue();

    assertThat(AuditKey.open(file).hashes()).extracting(ValueHash::id).containsExactly("k2");
    assertThat(AuditKey.forgetHashKey(file, "k1")).isFalse();
    assertThatThrownBy(() -> AuditKey.forgetHashKey(file, "k2")).hasMessageContaining("an older");
    assertThat(AuditKey.addHashKey(file)).isEqualTo("k3");
  }

  @Test
  void a_key_that_is_lost_or_readable_by_others_is_named() throws IOException {
    assertThatThrownBy(() -> AuditKey.open(file)).hasMessageContaining("found none");
    assertThatThrownBy(() -> AuditKey.open(file, "test", true)).hasMessageContaining("Put it back");
    var unused = AuditKey.open(file, "test", false);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

    assertThatThrownBy(() -> AuditKey.open(file)).hasMessageContaining("open to others");
    assertThatThrownBy(() -> AuditKey.addHashKey(file)).hasMessageContaining("open to others");
  }
}
