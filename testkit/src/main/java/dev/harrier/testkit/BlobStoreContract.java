package dev.harrier.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.harrier.spi.BlobKey;
import dev.harrier.spi.BlobStore;
import dev.harrier.spi.ProjectDomain;
import dev.harrier.spi.RejectedException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What every {@link BlobStore} does. */
public abstract class BlobStoreContract {
  private static final ProjectDomain SCOPE = new ProjectDomain("flytesnacks", "development");
  private static final BlobKey KEY = new BlobKey(SCOPE, "metadata/f1/n0/data/inputs.pb");
  private static final ByteString BYTES = ByteString.copyFromUtf8("some bytes");
  private static final ByteString MD5_OF_NOTHING =
      ByteString.fromHex("d41d8cd98f00b204e9800998ecf8427e");

  /** For those who inherit the contract. */
  protected BlobStoreContract() {}

  /** An empty store. */
  protected abstract BlobStore open() throws IOException;

  @Test
  void what_was_written_is_read() throws IOException {
    var store = open();

    store.write(KEY, BYTES);

    assertThat(store.read(KEY, 100)).contains(BYTES);
    try (var stream = store.open(KEY).orElseThrow()) {
      assertThat(stream.readAllBytes()).isEqualTo(BYTES.toByteArray());
    }
  }

  @Test
  void a_second_write_replaces_the_first() throws IOException {
    var store = open();
    store.write(KEY, ByteString.copyFromUtf8("something longer than what follows"));

    store.write(KEY, BYTES);

    assertThat(store.read(KEY, 100)).contains(BYTES);
  }

  @Test
  void what_was_never_written_is_absent() throws IOException {
    var store = open();

    assertThat(store.read(KEY, 100)).isEmpty();
    assertThat(store.open(KEY)).isEmpty();
    assertThat(store.stat(KEY)).isEmpty();
    store.delete(KEY);
  }

  @Test
  void a_folder_is_no_blob() throws IOException {
    var store = open();
    store.write(KEY, BYTES);

    assertThat(store.read(new BlobKey(SCOPE, "metadata/f1"), 100)).isEmpty();
  }

  @Test
  void what_was_deleted_is_absent() throws IOException {
    var store = open();
    store.write(KEY, BYTES);

    store.delete(KEY);

    assertThat(store.read(KEY, 100)).isEmpty();
  }

  @Test
  void a_blob_larger_than_asked_for_is_refused_with_its_size() throws IOException {
    var store = open();
    store.write(KEY, BYTES);

    assertThatThrownBy(() -> store.read(KEY, 9))
        .isInstanceOf(RejectedException.class)
        .hasMessageContaining("10");
  }

  @Test
  void size_and_md5_are_known() throws IOException {
    var store = open();
    store.write(KEY, ByteString.EMPTY);

    var stat = store.stat(KEY).orElseThrow();

    assertThat(stat.sizeBytes()).isZero();
    assertThat(stat.md5()).isEqualTo(MD5_OF_NOTHING);
  }

  @Test
  void a_native_name_leads_back_to_its_key() throws IOException {
    var store = open();

    assertThat(store.key(store.uri(KEY))).contains(KEY);
  }

  @Test
  void a_name_of_another_store_has_no_key() throws IOException {
    var store = open();

    assertThat(store.key("s3://somewhere/else")).isEmpty();
    assertThat(store.key("/etc/passwd")).isEmpty();
    assertThat(store.key(store.uri(KEY) + "/../../../../../../../etc/passwd")).isEmpty();
    assertThat(store.key("")).isEmpty();
  }

  @Test
  void scopes_are_apart() throws IOException {
    var store = open();
    store.write(KEY, BYTES);

    var other = new BlobKey(new ProjectDomain("flytesnacks", "production"), KEY.path());

    assertThat(store.read(other, 100)).isEmpty();
  }

  @Test
  void a_signed_url_ends_and_differs_by_what_it_allows() throws IOException {
    var store = open();

    var get = store.signGet(KEY, Duration.ofMinutes(1));
    var put = store.signPut(KEY, Duration.ofMinutes(1), Optional.empty());
    var bound = store.signPut(KEY, Duration.ofMinutes(1), Optional.of(MD5_OF_NOTHING));

    assertThat(get.url()).isNotEqualTo(put.url()).isNotEqualTo(bound.url());
    assertThat(put.url()).isNotEqualTo(bound.url());
    assertThat(get.expiresAt()).isNotNull();
  }
}
