package dev.harrier.blobstore;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.harrier.spi.BlobKey;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SignedBlobServiceTest implements AutoCloseable {
  private static final long UPLOAD_BYTES_MAX = 130L << 20;
  private static final int REFUSALS = 50;
  private static final BlobKey KEY = Shop.key("upload/x/file.bin");
  private static final ByteString BYTES = ByteString.copyFromUtf8("some bytes");
  private static final ByteString OTHER = ByteString.copyFromUtf8("other bytes");

  private final Shop shop;
  private final FileBlobStore store;
  private final HttpClient client = HttpClient.newHttpClient();

  SignedBlobServiceTest(@TempDir Path folder) throws IOException {
    shop = new Shop(folder, UPLOAD_BYTES_MAX);
    store = shop.store;
  }

  @Override
  @AfterEach
  public void close() {
    client.close();
    shop.close();
  }

  @Test
  void what_is_put_is_got_with_or_without_a_digest() throws Exception {
    var plain = put(KEY, Optional.empty(), BYTES);
    var bound = put(Shop.key("upload/y"), Optional.of(md5(BYTES)), BYTES);
    var announced =
        send(
            HttpRequest.newBuilder(signPut(Shop.key("upload/z"), Optional.of(md5(BYTES))))
                .header("Content-MD5", base64(md5(BYTES)))
                .header("x-amz-meta-flyteContentMD5", base64(md5(BYTES)))
                .PUT(body(BYTES)));

    assertThat(plain.statusCode()).isEqualTo(200);
    assertThat(bound.statusCode()).isEqualTo(200);
    assertThat(announced.statusCode()).isEqualTo(200);
    assertThat(get(signGet(KEY)).body()).isEqualTo(BYTES.toByteArray());
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b+ü", "a;b", "100%", "a%2e%2e", "q&r=s", "😀", "'(),!~*$:@[]|", "..x"})
  void an_odd_name_survives_its_url(String name) throws Exception {
    var key = Shop.key("upload/" + name + "/f");

    assertThat(put(key, Optional.empty(), BYTES).statusCode()).isEqualTo(200);
    assertThat(get(signGet(key)).body()).isEqualTo(BYTES.toByteArray());
    assertThat(store.read(key, 100)).contains(BYTES);
  }

  @Test
  void content_that_is_not_as_signed_or_announced_leaves_nothing() throws Exception {
    var asSigned = put(KEY, Optional.of(md5(OTHER)), BYTES);
    var asAnnounced =
        send(
            HttpRequest.newBuilder(signPut(KEY, Optional.empty()))
                .header("Content-MD5", base64(md5(OTHER)))
                .PUT(body(BYTES)));
    var noDigest =
        send(
            HttpRequest.newBuilder(signPut(KEY, Optional.empty()))
                .header("Content-MD5", "none")
                .PUT(body(BYTES)));

    assertThat(asSigned.statusCode()).isEqualTo(400);
    assertThat(asAnnounced.statusCode()).isEqualTo(400);
    assertThat(noDigest.statusCode()).isEqualTo(400);
    assertThat(store.stat(KEY)).isEmpty();
    assertThat(shop.leftovers()).isEmpty();
    assertThat(shop.root.resolve("p")).doesNotExist();
  }

  @Test
  void the_same_content_may_come_again_but_other_content_only_if_signed() throws Exception {
    put(KEY, Optional.empty(), BYTES);

    assertThat(put(KEY, Optional.empty(), BYTES).statusCode()).isEqualTo(200);
    assertThat(put(KEY, Optional.empty(), OTHER).statusCode()).isEqualTo(409);
    assertThat(put(KEY, Optional.of(md5(OTHER)), OTHER).statusCode()).isEqualTo(409);
    assertThat(store.read(KEY, 100)).contains(BYTES);
    var forged = URI.create(signPut(KEY, Optional.empty()) + "&replaces=1");
    assertThat(send(HttpRequest.newBuilder(forged).PUT(body(OTHER))).statusCode()).isEqualTo(403);

    var replacing = store.signReplacingPut(KEY, Shop.MINUTE, Optional.empty()).url();
    assertThat(send(HttpRequest.newBuilder(replacing).PUT(body(OTHER))).statusCode())
        .isEqualTo(200);
    assertThat(store.read(KEY, 100)).contains(OTHER);
    assertThat(shop.leftovers()).isEmpty();
  }

  /** A stream that is reset takes its answer with it, if the client has not read it yet. */
  @ParameterizedTest
  @ValueSource(ints = {1, 40 << 10, 1 << 20, 8 << 20})
  void an_upload_that_is_refused_hears_why_every_time(int sizeBytes) throws Exception {
    var content = ByteString.copyFrom(new byte[sizeBytes]);
    var forged = URI.create(signPut(KEY, Optional.empty()) + "&replaces=1");

    for (var time = 0; time < REFUSALS; time++) {
      assertThat(send(HttpRequest.newBuilder(forged).PUT(body(content))).statusCode())
          .isEqualTo(403);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void an_upload_that_is_refused_midway_hears_why_every_time(
      boolean announced, @TempDir Path folder) throws Exception {
    var content = ByteString.copyFrom(new byte[2 << 20]);
    var body = announced ? body(content) : BodyPublishers.ofInputStream(content::newInput);

    try (var small = new Shop(folder, 1000)) {
      for (var time = 0; time < REFUSALS; time++) {
        var url = small.store.signPut(KEY, Shop.MINUTE, Optional.empty()).url();
        assertThat(send(HttpRequest.newBuilder(url).PUT(body)).statusCode()).isEqualTo(413);
      }
      assertThat(small.leftovers()).isEmpty();
    }
  }

  @Test
  void an_upload_beyond_the_limit_leaves_nothing() throws Exception {
    var unannounced = BodyPublishers.ofInputStream(() -> new Zeros(UPLOAD_BYTES_MAX + 1));

    var answer = send(HttpRequest.newBuilder(signPut(KEY, Optional.empty())).PUT(unannounced));

    assertThat(answer.statusCode()).isEqualTo(413);
    assertThat(store.stat(KEY)).isEmpty();
    assertThat(shop.leftovers()).isEmpty();
  }

  @Test
  void large_files_pass_in_little_memory() throws Exception {
    var sizeBytes = 128L << 20;
    var before = usedBytes();

    var put =
        send(
            HttpRequest.newBuilder(signPut(KEY, Optional.empty()))
                .PUT(
                    BodyPublishers.fromPublisher(
                        BodyPublishers.ofInputStream(() -> new Zeros(sizeBytes)), sizeBytes)));
    var afterPut = usedBytes();
    var got =
        client.send(
            HttpRequest.newBuilder(signGet(KEY)).build(),
            HttpResponse.BodyHandlers.ofInputStream());
    var first = got.body().readNBytes(1);
    // The client has taken one byte: a server that reads ahead would hold the file by now.
    var whileStalled = usedBytes();
    var rest = got.body().transferTo(java.io.OutputStream.nullOutputStream());

    assertThat(put.statusCode()).isEqualTo(200);
    assertThat(first.length + rest).isEqualTo(sizeBytes);
    assertThat(afterPut - before).isLessThan(48L << 20);
    assertThat(whileStalled - before).isLessThan(48L << 20);
  }

  @Test
  void concurrent_uploads_of_one_name_keep_one_of_them_whole() throws Exception {
    var contents =
        Stream.of("a", "b", "c", "d")
            .map(text -> ByteString.copyFromUtf8(text.repeat(300_000)))
            .toList();

    var answers =
        contents.stream()
            .map(
                content ->
                    client.sendAsync(
                        HttpRequest.newBuilder(signPut(KEY, Optional.empty()))
                            .PUT(body(content))
                            .build(),
                        HttpResponse.BodyHandlers.ofString()))
            .toList()
            .stream()
            .map(answer -> answer.join().statusCode())
            .toList();

    assertThat(answers).containsOnlyOnce(200).containsOnly(200, 409);
    assertThat(store.read(KEY, 1 << 20).orElseThrow())
        .isEqualTo(contents.get(answers.indexOf(200)));
  }

  @Test
  void head_tells_size_and_type_alone() throws Exception {
    store.write(KEY, BYTES);

    var head = send(HttpRequest.newBuilder(signGet(KEY)).HEAD());

    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.headers().firstValueAsLong("content-length")).hasValue(BYTES.size());
    assertThat(head.body()).isEmpty();
  }

  @Test
  void a_deck_is_shown_in_a_sandbox_and_anything_else_is_a_download() throws Exception {
    store.write(Shop.key("deck.html"), BYTES);
    store.write(Shop.key("pâge.svg"), BYTES);
    store.write(Shop.key("page.html"), BYTES);

    var deck = get(signGet(Shop.key("deck.html"))).headers();
    var other = get(signGet(Shop.key("pâge.svg"))).headers();

    var html = get(signGet(Shop.key("page.html"))).headers();

    assertThat(deck.firstValue("content-security-policy").orElseThrow())
        .startsWith("sandbox allow-scripts;")
        .doesNotContain("allow-same-origin", "allow-top-navigation", "allow-popups");
    assertThat(html.firstValue("content-disposition").orElseThrow()).startsWith("attachment");
    assertThat(deck.firstValue("content-type").orElseThrow()).startsWith("text/html");
    assertThat(deck.firstValue("content-disposition")).isEmpty();
    assertThat(other.firstValue("content-type")).contains("application/octet-stream");
    assertThat(other.firstValue("content-disposition"))
        .contains("attachment; filename*=UTF-8''p%C3%A2ge.svg");
    for (var headers : new java.net.http.HttpHeaders[] {deck, html, other}) {
      assertThat(headers.firstValue("x-content-type-options")).contains("nosniff");
      assertThat(headers.firstValue("cross-origin-resource-policy")).contains("same-origin");
      assertThat(headers.firstValue("referrer-policy")).contains("no-referrer");
    }
  }

  @Test
  void a_url_is_good_until_its_last_second_and_no_longer() throws Exception {
    store.write(KEY, BYTES);
    var url = signGet(KEY);

    shop.now.updateAndGet(instant -> instant.plus(Shop.MINUTE).minusMillis(1));
    var before = get(url);
    shop.now.updateAndGet(instant -> instant.plusMillis(1));
    var after = get(url);

    assertThat(before.statusCode()).isEqualTo(200);
    assertThat(after.statusCode()).isEqualTo(403);
    assertThat(new String(after.body(), java.nio.charset.StandardCharsets.UTF_8))
        .contains("expired");
  }

  static Stream<String[]> changes() {
    return Stream.of(
        new String[] {"file.bin", "other.bin"},
        new String[] {"/p/d/", "/p/e/"},
        new String[] {"/p/d/", "/pp/d/"},
        new String[] {"/p/d/upload", "/p/dupload"},
        new String[] {"/p/d/", "/p/"},
        new String[] {"upload/", "upload/%2e%2e/"},
        new String[] {"upload/", "upload/..%2f"},
        new String[] {"upload/", "upload/%5c"},
        new String[] {"file.bin", "file.bin%00"},
        new String[] {"file.bin", "%ff"},
        new String[] {"expires=", "expires=9"},
        new String[] {"expires=", "expires=+"},
        new String[] {"expires=", "expires=99999999999&expires="},
        new String[] {"expires=", "x="},
        new String[] {"md5=", "md5=A"},
        new String[] {"md5=", "x="},
        new String[] {"&md5=", "&md5=AAAAAAAAAAAAAAAAAAAAAA&md5="},
        new String[] {"signature=", "signature=A"},
        new String[] {"signature=", "x="},
        new String[] {"signature=", "replaces=1&signature="},
        new String[] {"signature=", "replaces=0&signature="});
  }

  @ParameterizedTest
  @MethodSource("changes")
  void a_changed_url_allows_nothing(String from, String to) throws Exception {
    var url = signPut(KEY, Optional.of(md5(BYTES))).toString();
    assertThat(url).contains(from);
    var changed = URI.create(url.replace(from, to));

    var answer = send(HttpRequest.newBuilder(changed).PUT(body(BYTES)));

    assertThat(answer.statusCode()).isIn(400, 403, 404);
    assertThat(shop.root.resolve("p")).doesNotExist();
  }

  @Test
  void no_character_of_a_signature_can_be_changed() throws Exception {
    store.write(KEY, BYTES);
    var url = signGet(KEY).toString();
    var start = url.indexOf("signature=") + "signature=".length();

    for (var i = start; i < url.length(); i++) {
      for (var other : new char[] {'A', 'B', '_'}) {
        var changed = url.substring(0, i) + other + url.substring(i + 1);
        if (!changed.equals(url)) {
          assertThat(get(URI.create(changed)).statusCode()).as(changed).isEqualTo(403);
        }
      }
    }
    assertThat(get(URI.create(url)).statusCode()).isEqualTo(200);
  }

  @Test
  void a_url_for_reading_does_not_write_and_the_other_way_round() throws Exception {
    store.write(KEY, BYTES);

    var written = send(HttpRequest.newBuilder(signGet(KEY)).PUT(body(OTHER)));
    var read = get(signPut(KEY, Optional.empty()));
    var deleted = send(HttpRequest.newBuilder(signPut(KEY, Optional.empty())).DELETE());

    assertThat(written.statusCode()).isEqualTo(403);
    assertThat(read.statusCode()).isEqualTo(403);
    assertThat(deleted.statusCode()).isEqualTo(405);
    assertThat(store.read(KEY, 100)).contains(BYTES);
  }

  @Test
  void a_missing_blob_is_not_found() throws Exception {
    assertThat(get(signGet(KEY)).statusCode()).isEqualTo(404);
  }

  private URI signGet(BlobKey key) {
    return store.signGet(key, Shop.MINUTE).url();
  }

  private URI signPut(BlobKey key, Optional<ByteString> md5) {
    return store.signPut(key, Shop.MINUTE, md5).url();
  }

  private HttpResponse<byte[]> put(BlobKey key, Optional<ByteString> md5, ByteString content)
      throws Exception {
    return send(HttpRequest.newBuilder(signPut(key, md5)).PUT(body(content)));
  }

  private HttpResponse<byte[]> get(URI url) throws Exception {
    return send(HttpRequest.newBuilder(url));
  }

  private HttpResponse<byte[]> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  private static BodyPublisher body(ByteString content) {
    return BodyPublishers.ofByteArray(content.toByteArray());
  }

  private static ByteString md5(ByteString content) throws Exception {
    return ByteString.copyFrom(MessageDigest.getInstance("MD5").digest(content.toByteArray()));
  }

  private static String base64(ByteString bytes) {
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  private static long usedBytes() {
    System.gc();
    var runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  /** So many bytes, none of them kept. */
  private static final class Zeros extends InputStream {
    private long left;

    Zeros(long left) {
      this.left = left;
    }

    @Override
    public int read() {
      return left-- > 0 ? 0 : -1;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
      if (left <= 0) {
        return -1;
      }
      var taken = (int) Math.min(left, length);
      java.util.Arrays.fill(buffer, offset, offset + taken, (byte) 0);
      left -= taken;
      return taken;
    }
  }
}
