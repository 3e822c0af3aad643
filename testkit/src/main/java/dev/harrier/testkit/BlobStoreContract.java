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
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every {@link BlobStore} does. */
public abstract class BlobStoreContract {
  private static final ProjectDomain SCOPE = new ProjectDomain("flytesnacks", "development");
  private static final BlobKey KEY = new BlobKey(SCOPE, "metadata/f1/n0/data/inputs.pb");
  private static final ByteString BYTES = ByteString.copyFromUtf8("some bytes");
  private static final ByteString MD5_OF_NOTHING =
      ByteString.fromHex("d41d8cd98f00b204e9800998ecf8427e");

  private static final int WRITERS = 4;
  private static final int ROUNDS = 50;
  private static final int CONTENT_BYTES = 100_000;

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

  @Test
  void a_hyphen_does_not_move_the_border_between_project_and_domain() throws IOException {
    var store = open();
    var left = new BlobKey(new ProjectDomain("a-b", "c"), "x");
    var right = new BlobKey(new ProjectDomain("a", "b-c"), "x");

    store.write(left, BYTES);

    assertThat(store.uri(left)).isNotEqualTo(store.uri(right));
    assertThat(store.key(store.uri(left))).contains(left);
    assertThat(store.read(right, 100)).isEmpty();
  }

  @Test
  void readers_see_one_whole_content_while_writers_replace_it() throws Exception {
    var store = open();
    var contents =
        IntStream.range(0, WRITERS)
            .mapToObj(i -> ByteString.copyFrom(new byte[CONTENT_BYTES + i]))
            .toList();
    store.write(KEY, contents.getFirst());

    try (var writers = Executors.newFixedThreadPool(WRITERS)) {
      var writes =
          contents.stream()
              .map(
                  content ->
                      writers.submit(
                          () -> {
                            for (var round = 0; round < ROUNDS; round++) {
                              store.write(KEY, content);
                            }
                            return content;
                          }))
              .toList();
      do {
        assertThat(store.read(KEY, 1 << 20).orElseThrow()).isIn(contents);
      } while (writes.stream().anyMatch(write -> !write.isDone()));
      for (var write : writes) {
        write.get();
      }
    }
  }
}
