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
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FileBlobStoreTest extends BlobStoreContract {
  private static final ProjectDomain SCOPE = new ProjectDomain("p", "d");
  private static final ByteString BYTES = ByteString.copyFromUtf8("bytes");

  private final Path folder;

  FileBlobStoreTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Override
  protected BlobStore open() throws IOException {
    return store();
  }

  private FileBlobStore store() throws IOException {
    return new FileBlobStore(
        folder.resolve("blobs"),
        new UrlSigner(
            new byte[SigningKey.BYTES],
            InstantSource.system(),
            () -> URI.create("http://localhost:1")));
  }

  @Test
  void a_native_name_is_a_plain_path_below_project_and_domain() throws IOException {
    var store = store();

    var uri = store.uri(new BlobKey(SCOPE, "a/b.txt"));

    assertThat(uri).isEqualTo(folder.toRealPath().resolve("blobs/p/d/a/b.txt").toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "folder/file", "folder/sub/file"})
  void a_planted_link_leads_nowhere(String path) throws IOException {
    var store = store();
    var outside = Files.createDirectories(folder.resolve("outside/sub"));
    Files.writeString(folder.resolve("outside/file"), "secret");
    Files.writeString(outside.resolve("file"), "secret");
    var scope = Files.createDirectories(folder.resolve("blobs/p/d"));
    Files.createSymbolicLink(scope.resolve("file"), folder.resolve("outside/file"));
    Files.createSymbolicLink(scope.resolve("folder"), folder.resolve("outside"));
    var key = new BlobKey(SCOPE, path);

    assertThatThrownBy(() -> store.read(key, 100)).isInstanceOf(RejectedException.class);
    assertThatThrownBy(() -> store.open(key)).isInstanceOf(RejectedException.class);
  }

  @Test
  void writing_replaces_a_planted_link_and_spares_what_it_points_to() throws IOException {
    var store = store();
    Files.writeString(folder.resolve("outside"), "untouched");
    var scope = Files.createDirectories(folder.resolve("blobs/p/d"));
    Files.createSymbolicLink(scope.resolve("file"), folder.resolve("outside"));

    store.write(new BlobKey(SCOPE, "file"), BYTES);

    assertThat(folder.resolve("outside")).hasContent("untouched");
    assertThat(store.read(new BlobKey(SCOPE, "file"), 100)).contains(BYTES);
  }

  @Test
  void writing_does_not_go_through_a_planted_folder() throws IOException {
    var store = store();
    var outside = Files.createDirectories(folder.resolve("outside"));
    var scope = Files.createDirectories(folder.resolve("blobs/p/d"));
    Files.createSymbolicLink(scope.resolve("folder"), outside);

    assertThatThrownBy(() -> store.write(new BlobKey(SCOPE, "folder/file"), BYTES))
        .isInstanceOf(RejectedException.class);
    assertThatThrownBy(() -> store.write(new BlobKey(SCOPE, "folder/sub/file"), BYTES))
        .isInstanceOf(RejectedException.class);
    assertThat(outside).isEmptyDirectory();
  }

  @Test
  void content_of_another_md5_or_beyond_the_limit_changes_nothing() throws IOException {
    var store = store();
    var key = new BlobKey(SCOPE, "file");
    store.write(key, BYTES);
    var other = ByteString.copyFromUtf8("other");

    assertThatThrownBy(
            () ->
                store.write(
                    key, other.newInput(), 100, Optional.of(ByteString.copyFrom(new byte[16]))))
        .isInstanceOf(RejectedException.class)
        .hasMessageContaining("MD5");
    assertThatThrownBy(() -> store.write(key, other.newInput(), 4, Optional.empty()))
        .isInstanceOf(RejectedException.class)
        .hasMessageContaining("at most 4 bytes");
    assertThat(store.read(key, 100)).contains(BYTES);
    assertThat(folder.resolve("blobs/p/d")).isDirectoryNotContaining("glob:**.harrier-*");
  }

  @Test
  void a_key_is_made_once_and_only_its_owner_reads_it() throws IOException {
    var file = folder.resolve("key");

    var made = SigningKey.readOrMake(file);

    assertThat(SigningKey.readOrMake(file)).isEqualTo(made).hasSize(SigningKey.BYTES);
    assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
  }
}
