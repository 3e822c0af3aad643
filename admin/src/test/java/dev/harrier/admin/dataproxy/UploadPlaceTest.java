package dev.harrier.admin.dataproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.harrier.spi.ProjectDomain;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class UploadPlaceTest {
  private static final ProjectDomain SCOPE = new ProjectDomain("flytesnacks", "development");
  private static final ByteString MD5 = ByteString.copyFrom(new byte[16]);

  @Test
  void a_file_goes_into_the_directory_of_its_content() {
    var place = UploadPlace.of(SCOPE, "", "code.tar.gz", Optional.of(MD5), () -> "random");

    assertThat(place.key().path()).isEqualTo("upload/" + "A".repeat(26) + "/code.tar.gz");
    assertThat(place.key().scope()).isEqualTo(SCOPE);
    assertThat(place.named()).isFalse();
  }

  @Test
  void the_directory_is_the_base32_that_clients_compute() {
    // MD5 of nothing; `base64.b32encode` gives 2QOYZWMPACZAJ2MABGMOZ6CCPY======.
    var empty = ByteString.fromHex("d41d8cd98f00b204e9800998ecf8427e");

    var place = UploadPlace.of(SCOPE, "", "f", Optional.of(empty), () -> "random");

    assertThat(place.key().path()).isEqualTo("upload/2QOYZWMPACZAJ2MABGMOZ6CCPY/f");
  }

  @Test
  void a_client_may_name_the_directory_and_leave_the_file_to_us() {
    var place = UploadPlace.of(SCOPE, "my-table", "", Optional.empty(), () -> "random");

    assertThat(place.key().path()).isEqualTo("upload/my-table/random");
    assertThat(place.named()).isFalse();
  }

  @Test
  void a_client_may_name_both() {
    var place =
        UploadPlace.of(SCOPE, "2QOY====", "sub/code v1.py", Optional.of(MD5), () -> "random");

    assertThat(place.key().path()).isEqualTo("upload/2QOY====/sub/code v1.py");
    assertThat(place.named()).isTrue();
  }

  @Test
  void without_directory_and_content_there_is_no_place() {
    assertThatThrownBy(() -> UploadPlace.of(SCOPE, "", "f", Optional.empty(), () -> "random"))
        .hasMessage("content_md5 or filename_root is a required parameter");
  }

  @Test
  void a_digest_of_another_length_is_refused() {
    assertThatThrownBy(
            () ->
                UploadPlace.of(
                    SCOPE, "", "f", Optional.of(ByteString.copyFromUtf8("short")), () -> "r"))
        .hasMessage("content_md5: expected the 16 bytes of an MD5, got 5");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "..",
        "../other",
        "a/../../other",
        "a/..",
        ".",
        "/absolute",
        "a//b",
        "a/",
        "a\\..\\b",
        "a?b",
        "a#b",
        "a\u0000b",
        "a\nb",
        "a\u007fb"
      })
  void a_name_that_leads_elsewhere_is_refused(String name) {
    assertThatThrownBy(() -> UploadPlace.of(SCOPE, "root", name, Optional.of(MD5), () -> "r"))
        .isInstanceOfSatisfying(
            RejectedException.class,
            refused ->
                assertThat(refused.rejection().code()).isEqualTo(Rejection.Code.INVALID_ARGUMENT));
    assertThatThrownBy(() -> UploadPlace.of(SCOPE, name, "file", Optional.of(MD5), () -> "r"))
        .isInstanceOf(RejectedException.class);
    assertThatThrownBy(
            () ->
                UploadPlace.of(
                    new ProjectDomain(name, "development"), "", "f", Optional.of(MD5), () -> "r"))
        .isInstanceOf(RejectedException.class);
  }

  @Test
  void whatever_a_client_sends_the_place_is_below_its_project_and_domain() {
    var seed = new Random().nextLong();
    var random = new Random(seed);
    var accepted = 0;
    for (var i = 0; i < 20_000; i++) {
      var directory = text(random);
      var name = text(random);
      try {
        var key = UploadPlace.of(SCOPE, directory, name, Optional.of(MD5), () -> "random").key();
        var root = Path.of("/store/flytesnacks/development/upload");
        var path = Path.of("/store").resolve(key.toString());
        assertThat(path.normalize())
            .as("seed %s, directory '%s', name '%s'", seed, directory, name)
            .isEqualTo(path)
            .startsWithRaw(root)
            .isNotEqualTo(root);
        accepted++;
      } catch (RejectedException refused) {
        assertThat(refused.rejection().code()).isEqualTo(Rejection.Code.INVALID_ARGUMENT);
      }
    }
    assertThat(accepted).as("seed %s: accepted of 20,000", seed).isGreaterThan(1000);
  }

  private static String text(Random random) {
    var pieces =
        new String[] {
          "a", "b", "..", ".", "/", "//", "\\", "%2e", "%2F", "?", "#", "=", " ", "é", "\u0000",
          "\n", "~", "$", ":", "..."
        };
    var text = new StringBuilder();
    for (var length = random.nextInt(5); length > 0; length--) {
      text.append(pieces[random.nextInt(pieces.length)]);
    }
    return text.toString();
  }
}
