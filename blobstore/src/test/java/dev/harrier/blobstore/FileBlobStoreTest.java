package dev.harrier.blobstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.harrier.spi.BlobKey;
import dev.harrier.spi.BlobStore;
import dev.harrier.spi.ProjectDomain;
import dev.harrier.spi.RejectedException;
import dev.harrier.testkit.BlobStoreContract;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FileBlobStoreTest extends BlobStoreContract {
  private static final ByteString BYTES = ByteString.copyFromUtf8("bytes");

  private final Path folder;
  private final Path root;

  FileBlobStoreTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    this.root = folder.toRealPath().resolve("blobs");
  }

  @Override
  protected BlobStore open() throws IOException {
    return store();
  }

  private FileBlobStore store() throws IOException {
    return FileBlobStore.open(
        BlobStoreSettings.of(root, folder.resolve("keys/url")),
        InstantSource.system(),
        () -> URI.create("http://127.0.0.1:1"));
  }

  @Test
  void a_native_name_is_a_plain_path_below_project_and_domain() throws IOException {
    assertThat(store().uri(Shop.key("a/b.txt"))).isEqualTo(root + "/p/d/a/b.txt");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a b", "ü/ß", "ＡＢ", "😀.bin", "..x", "x..", "a%2e%2e", "-", "~", "a;b+c&d=e"})
  void odd_names_are_kept_as_they_are(String path) throws IOException {
    var store = store();
    var key = Shop.key("upload/" + path);

    store.write(key, BYTES);

    assertThat(store.key(store.uri(key))).contains(key);
    assertThat(store.read(key, 100)).contains(BYTES);
    assertThat(Path.of(store.uri(key))).hasBinaryContent(BYTES.toByteArray());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "..", "../x", "a/../b", "a/..", ".", "a/./b", "/a", "a//b", "a/", "a\\b", "..\\x", "a\0b",
        "a\nb", "a?b", "a#b", "\u007f"
      })
  void a_path_that_could_lead_elsewhere_is_no_key(String path) throws IOException {
    var store = store();

    assertThatThrownBy(() -> Shop.key(path)).isInstanceOf(RejectedException.class);
    assertThat(store.key(root + "/p/d/" + path)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/p/d", "/p/d/", "/p", "x/p/d/a", "/.incoming/d/a", "//p/d/a"})
  void a_name_that_only_begins_like_one_has_no_key(String rest) throws IOException {
    assertThat(store().key(root + rest)).isEmpty();
  }

  @Test
  void another_spelling_of_a_native_name_has_no_key() throws IOException {
    var store = store();
    var uri = store.uri(Shop.key("a"));

    assertThat(store.key("file://" + uri)).isEmpty();
    assertThat(store.key("/" + uri)).isEmpty();
    assertThat(store.key(uri + "/")).isEmpty();
  }

  @Test
  void names_that_no_file_can_have_are_refused() throws IOException {
    var store = store();

    assertThatThrownBy(() -> store.write(Shop.key("ü".repeat(128)), BYTES))
        .isInstanceOf(RejectedException.class)
        .hasMessageContaining("255");
    assertThatThrownBy(() -> store.write(Shop.key("\ud800"), BYTES))
        .isInstanceOf(RejectedException.class);
    assertThatThrownBy(() -> store.uri(new BlobKey(new ProjectDomain(".incoming", "d"), "x")))
        .isInstanceOf(RejectedException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "folder/file", "folder/sub/file"})
  void a_planted_link_is_refused(String path) throws IOException {
    var store = store();
    Files.createDirectories(folder.resolve("outside/sub"));
    Files.writeString(folder.resolve("outside/file"), "secret");
    Files.writeString(folder.resolve("outside/sub/file"), "secret");
    var scope = Files.createDirectories(root.resolve("p/d"));
    Files.createSymbolicLink(scope.resolve("file"), folder.resolve("outside/file"));
    Files.createSymbolicLink(scope.resolve("folder"), folder.resolve("outside"));
    var key = Shop.key(path);

    assertThatThrownBy(() -> store.read(key, 100)).isInstanceOf(RejectedException.class);
    assertThatThrownBy(() -> store.open(key)).isInstanceOf(RejectedException.class);
    assertThatThrownBy(() -> store.stat(key)).isInstanceOf(RejectedException.class);
  }

  @Test
  void a_planted_link_to_another_project_is_refused_as_well() throws IOException {
    var store = store();
    store.write(new BlobKey(new ProjectDomain("secret", "d"), "x"), BYTES);
    Files.createDirectories(root.resolve("p"));
    Files.createSymbolicLink(root.resolve("p/d"), root.resolve("secret/d"));

    assertThatThrownBy(() -> store.read(Shop.key("x"), 100)).isInstanceOf(RejectedException.class);
  }

  @Test
  void writing_and_deleting_take_the_place_of_a_link_and_spare_its_target() throws IOException {
    var store = store();
    var outside = Files.writeString(folder.resolve("outside"), "untouched");
    var scope = Files.createDirectories(root.resolve("p/d"));
    Files.createSymbolicLink(scope.resolve("written"), outside);
    Files.createSymbolicLink(scope.resolve("deleted"), outside);

    store.write(Shop.key("written"), BYTES);
    store.delete(Shop.key("deleted"));

    assertThat(outside).hasContent("untouched");
    assertThat(store.read(Shop.key("written"), 100)).contains(BYTES);
    assertThat(scope.resolve("deleted")).doesNotExist();
  }

  @Test
  void nothing_is_written_or_deleted_through_a_planted_folder() throws IOException {
    var store = store();
    var outside = Files.createDirectories(folder.resolve("outside"));
    Files.writeString(outside.resolve("kept"), "kept");
    var scope = Files.createDirectories(root.resolve("p/d"));
    Files.createSymbolicLink(scope.resolve("folder"), outside);

    for (var path : new String[] {"folder/file", "folder/sub/file", "folder/kept"}) {
      assertThatThrownBy(() -> store.write(Shop.key(path), BYTES))
          .isInstanceOf(RejectedException.class);
      assertThatThrownBy(() -> store.delete(Shop.key(path))).isInstanceOf(RejectedException.class);
    }
    assertThat(outside).isDirectoryNotContaining("glob:**file");
    assertThat(outside.resolve("kept")).hasContent("kept");
  }

  @Test
  void a_planted_pipe_is_no_blob_and_is_not_waited_for() throws Exception {
    var store = store();
    var scope = Files.createDirectories(root.resolve("p/d"));
    var made =
        new ProcessBuilder("mkfifo", scope.resolve("pipe").toString())
            .inheritIO()
            .start()
            .waitFor();

    assertThat(made).isZero();
    assertThat(store.read(Shop.key("pipe"), 100)).isEmpty();
    assertThat(store.read(Shop.key("pipe/below"), 100)).isEmpty();
  }

  @Test
  void a_file_where_a_folder_is_needed_is_told() throws IOException {
    var store = store();
    store.write(Shop.key("a"), BYTES);
    store.write(Shop.key("b/c"), BYTES);

    assertThatThrownBy(() -> store.write(Shop.key("a/x"), BYTES))
        .isInstanceOf(RejectedException.class);
    assertThatThrownBy(() -> store.write(Shop.key("b"), BYTES))
        .isInstanceOf(RejectedException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"upload/x/code.tar.gz", "metadata/f1/n0/data/inputs.pb"})
  void folders_and_files_are_for_the_server_alone(String path) throws IOException {
    var store = store();

    store.write(Shop.key(path), BYTES);

    try (var entries = Files.walk(root)) {
      assertThat(entries)
          .allSatisfy(
              entry ->
                  assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(entry)))
                      .isEqualTo(Files.isDirectory(entry) ? "rwx------" : "rw-------"));
    }
  }

  @Test
  void only_what_can_be_made_again_does_not_wait_for_the_disk() {
    assertThat(BlobFolder.durable(Shop.key("metadata/f1/n0/data/inputs.pb"))).isFalse();
    assertThat(BlobFolder.durable(Shop.key("raw/f1/n0-0/x"))).isFalse();
    assertThat(BlobFolder.durable(Shop.key("upload/x/code.tar.gz"))).isTrue();
    assertThat(BlobFolder.durable(Shop.key("metadata2/x"))).isTrue();
    assertThat(BlobFolder.durable(Shop.key("inputs/f1/a_offloaded_metadata.pb"))).isTrue();
  }

  @Test
  void an_old_half_written_file_is_swept_at_the_next_start() throws IOException {
    store();
    var old = Files.writeString(root.resolve(".incoming/old"), "half");
    var fresh = Files.writeString(root.resolve(".incoming/fresh"), "half");
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofDays(2))));

    store();

    assertThat(old).doesNotExist();
    assertThat(fresh).exists();
  }

  @Test
  void a_url_is_not_signed_for_longer_than_set_or_for_a_wrong_digest() throws IOException {
    var store = store();

    assertThatThrownBy(() -> store.signGet(Shop.key("a"), Duration.ofHours(2)))
        .isInstanceOf(RejectedException.class);
    assertThatThrownBy(() -> store.signPut(Shop.key("a"), Duration.ZERO, Optional.empty()))
        .isInstanceOf(RejectedException.class);
    assertThatThrownBy(
            () -> store.signPut(Shop.key("a"), Shop.MINUTE, Optional.of(ByteString.EMPTY)))
        .isInstanceOf(RejectedException.class);
  }

  @Test
  void the_signing_key_is_made_once_for_its_owner_alone() throws IOException {
    var file = folder.resolve("keys/url");

    var first = SigningKey.open(file).sign("x");

    assertThat(SigningKey.open(file).sign("x")).isEqualTo(first);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(folder.resolve("keys")).isDirectoryNotContaining("glob:**url.*");
  }

  @Test
  void a_signing_key_that_others_may_read_or_that_is_cut_is_refused() throws IOException {
    var file = folder.resolve("keys/url");
    SigningKey.open(file);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

    assertThatThrownBy(() -> SigningKey.open(file)).hasMessageContaining("0600");

    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    Files.write(file, new byte[5]);
    assertThatThrownBy(() -> SigningKey.open(file)).hasMessageContaining("32");
  }

  @Test
  void a_signing_key_below_the_root_is_refused() {
    assertThatThrownBy(() -> BlobStoreSettings.of(root, root.resolve("key")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("outside");
  }
}
