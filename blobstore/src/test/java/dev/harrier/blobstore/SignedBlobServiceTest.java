package dev.harrier.blobstore;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.linecorp.armeria.server.Server;
import dev.harrier.spi.BlobKey;
import dev.harrier.spi.BlobStore.Signed;
import dev.harrier.spi.ProjectDomain;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SignedBlobServiceTest implements AutoCloseable {
  private static final long UPLOAD_MAX_BYTES = 30_000_000;
  private static final BlobKey KEY =
      new BlobKey(new ProjectDomain("p", "d"), "upload/a b+ü/file.bin");
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
  private final FileBlobStore store;
  private final Server server;
  private final HttpClient client = HttpClient.newHttpClient();

  SignedBlobServiceTest(@TempDir Path folder) throws IOException {
    var address = new AtomicReference<URI>();
    var signer = new UrlSigner(new byte[SigningKey.BYTES], now::get, address::get);
    store = new FileBlobStore(folder, signer);
    server =
        Server.builder()
            .http(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .maxRequestLength(1000)
            .serviceUnder(
                UrlSigner.PATH_PREFIX, new SignedBlobService(store, signer, UPLOAD_MAX_BYTES))
            .build();
    server.start().join();
    address.set(URI.create("http://127.0.0.1:" + server.activeLocalPort()));
  }

  @Override
  @AfterEach
  public void close() {
    client.close();
    server.close();
  }

  @Test
  void what_is_put_is_got() throws Exception {
    var bytes = new byte[20_000_000];
    new Random(1).nextBytes(bytes);
    var md5 = ByteString.copyFrom(MessageDigest.getInstance("MD5").digest(bytes));

    var put = put(store.signPut(KEY, MINUTE, Optional.of(md5)), bytes);
    var got = get(store.signGet(KEY, MINUTE).url());

    assertThat(put.statusCode()).isEqualTo(200);
    assertThat(got.statusCode()).isEqualTo(200);
    assertThat(got.body()).isEqualTo(bytes);
    assertThat(got.headers().firstValue("content-disposition").orElseThrow())
        .startsWith("attachment");
  }

  @Test
  void head_tells_the_size() throws Exception {
    store.write(KEY, ByteString.copyFromUtf8("12345"));

    var head =
        client.send(
            HttpRequest.newBuilder(store.signGet(KEY, MINUTE).url()).HEAD().build(),
            HttpResponse.BodyHandlers.ofByteArray());

    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.headers().firstValueAsLong("content-length")).hasValue(5);
  }

  @Test
  void a_deck_is_shown_in_a_sandbox() throws Exception {
    var deck = new BlobKey(KEY.scope(), "deck.html");
    store.write(deck, ByteString.copyFromUtf8("<script>alert(1)</script>"));

    var got = get(store.signGet(deck, MINUTE).url());

    assertThat(got.headers().firstValue("content-security-policy")).contains("sandbox");
    assertThat(got.headers().firstValue("x-content-type-options")).contains("nosniff");
    assertThat(got.headers().firstValue("content-type").orElseThrow()).startsWith("text/html");
    assertThat(got.headers().firstValue("content-disposition")).isEmpty();
  }

  @Test
  void content_other_than_signed_is_refused() throws Exception {
    var signed = store.signPut(KEY, MINUTE, Optional.of(ByteString.copyFrom(new byte[16])));

    var answer = send(HttpRequest.newBuilder(signed.url()).PUT(BodyPublishers.ofString("other")));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(store.stat(KEY)).isEmpty();
  }

  @Test
  void an_upload_beyond_the_limit_is_refused() throws Exception {
    var signed = store.signPut(KEY, MINUTE, Optional.empty());

    var answer = put(signed, new byte[(int) UPLOAD_MAX_BYTES + 1]);

    assertThat(answer.statusCode()).isEqualTo(413);
    assertThat(store.stat(KEY)).isEmpty();
  }

  @Test
  void a_url_is_good_for_its_method_and_blob_and_time_alone() throws Exception {
    store.write(KEY, ByteString.copyFromUtf8("x"));
    var url = store.signGet(KEY, MINUTE).url();

    assertThat(send(HttpRequest.newBuilder(url).PUT(BodyPublishers.ofString("y"))).statusCode())
        .isEqualTo(403);
    assertThat(get(changed(url, "file.bin", "other.bin")).statusCode()).isEqualTo(403);
    assertThat(get(changed(url, "/p/d/", "/p/e/")).statusCode()).isEqualTo(403);
    assertThat(get(changed(url, "expires=", "expires=9")).statusCode()).isEqualTo(403);
    assertThat(get(changed(url, "signature=", "signature=A")).statusCode()).isEqualTo(403);
    assertThat(get(URI.create(url.toString().replaceAll("\\?.*", ""))).statusCode()).isEqualTo(403);

    now.updateAndGet(instant -> instant.plus(MINUTE));

    assertThat(get(url).statusCode()).isEqualTo(403);
  }

  @Test
  void a_missing_blob_is_not_found() throws Exception {
    assertThat(get(store.signGet(KEY, MINUTE).url()).statusCode()).isEqualTo(404);
  }

  @Test
  void a_path_with_dots_reaches_nothing() throws Exception {
    var url = store.signGet(KEY, MINUTE).url();

    assertThat(get(changed(url, "upload/", "upload/%2e%2e/%2e%2e/")).statusCode())
        .isIn(400, 403, 404);
  }

  private static URI changed(URI url, String from, String to) {
    return URI.create(url.toString().replace(from, to));
  }

  private HttpResponse<byte[]> put(Signed signed, byte[] bytes) throws Exception {
    var request = HttpRequest.newBuilder(signed.url()).PUT(BodyPublishers.ofByteArray(bytes));
    signed.headers().forEach(request::header);
    return send(request);
  }

  private HttpResponse<byte[]> get(URI url) throws Exception {
    return send(HttpRequest.newBuilder(url));
  }

  private HttpResponse<byte[]> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }
}
