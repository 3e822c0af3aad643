package dev.harrier.security.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PolicyFileTest extends PolicyStoreContract {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir private Path folder = Path.of("");

  @Override
  PolicyStore open() {
    return new PolicyFile(folder.resolve("access.yaml"));
  }

  @Test
  void a_replaced_file_is_its_owners_alone_and_nothing_is_left_beside_it() throws Exception {
    open().replace(FIRST, "", "user:ada");
    open().replace(SECOND, FIRST.etag(), "user:ada");

    try (var files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString())).containsExactly("access.yaml");
    }
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(folder.resolve("access.yaml"))))
        .isEqualTo("rw-------");
  }

  @Test
  void what_never_ends_to_be_read_is_refused_and_a_file_in_its_place_is_read() throws Exception {
    var file = folder.resolve("access.yaml");
    assertThat(new ProcessBuilder("mkfifo", "-m", "600", file.toString()).start().waitFor())
        .isZero();

    assertTimeoutPreemptively(
        PATIENCE,
        () ->
            assertThatThrownBy(() -> open().read(PolicyText.NONE))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("expected a file of text"));
    Files.delete(file);
    Files.createSymbolicLink(file, Path.of("/dev/zero"));
    assertThatThrownBy(() -> open().read(PolicyText.NONE)).isInstanceOf(PolicyException.class);
    Files.delete(file);
    Files.writeString(file, FIRST.text());
    assertThat(open().read(PolicyText.NONE)).isEqualTo(FIRST);
  }

  @Test
  void a_file_that_is_a_link_is_not_replaced() throws Exception {
    var elsewhere = folder.resolve("elsewhere.yaml");
    Files.writeString(elsewhere, FIRST.text());
    Files.createSymbolicLink(folder.resolve("access.yaml"), elsewhere);

    refused("is a link", () -> open().replace(SECOND, FIRST.etag(), "user:ada"));
    assertThat(Files.readString(elsewhere)).isEqualTo(FIRST.text());
  }

  @Test
  void a_file_that_cannot_be_written_is_refused_with_a_way_out() throws Exception {
    // Even root cannot write below a file that is no folder.
    Files.writeString(folder.resolve("flat"), "");
    var store = new PolicyFile(folder.resolve("flat").resolve("access.yaml"));

    refused("auth.policy: database", () -> store.replace(FIRST, "", "user:ada"));
  }

  @Test
  void a_file_that_others_may_write_is_refused_until_that_is_mended() throws Exception {
    Files.writeString(folder.resolve("access.yaml"), FIRST.text());
    Files.setPosixFilePermissions(
        folder.resolve("access.yaml"), PosixFilePermissions.fromString("rw-rw-rw-"));

    refused("chmod go-w", () -> open().replace(SECOND, FIRST.etag(), "user:ada"));
  }

  private static void refused(String sentence, Runnable replace) {
    var refused = catchThrowableOfType(RejectedException.class, replace::run);

    assertThat(refused.rejection().code()).isEqualTo(Rejection.Code.FAILED_PRECONDITION);
    assertThat(refused).hasMessageContaining(sentence);
  }
}
