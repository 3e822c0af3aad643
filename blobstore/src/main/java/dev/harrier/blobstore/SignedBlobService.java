package dev.harrier.blobstore;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpResponseWriter;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceOptions;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.harrier.spi.BlobKey;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the signed URLs of a {@link FileBlobStore}: GET, HEAD and PUT. The URL is the whole
 * permission; no token is asked for. To be bound with {@code serviceUnder(SignedBlobService.PATH,
 * …)}.
 *
 * <p>Blobs are what tasks and clients wrote, so nothing of them may run as this server's page: a
 * deck is shown in a sandbox, as a page of no origin, and anything else is a download.
 */
public final class SignedBlobService implements HttpService {
  /** The start of all paths. */
  public static final String PATH = "/blobs";

  /** The name that flytekit gives to the page that a task draws of itself. */
  private static final String DECK = "deck.html";

  /**
   * Plots in decks are scripts. Without the word for the same origin theirs is none at all: no
   * cookies, no storage, no call of the API as whoever looks at it; and the page around stays.
   */
  private static final String SANDBOX =
      "sandbox allow-scripts; object-src 'none'; base-uri 'none'; form-action 'none'";

  private static final Logger log = LoggerFactory.getLogger(SignedBlobService.class);
  private static final int BUFFER_BYTES = 64 << 10;
  private static final int RETRY_AFTER_SECONDS = 1;

  /** How long, and how much, a client may go on sending what was refused already. */
  private static final long REFUSED_UPLOAD_MILLIS = 10_000;

  private static final long REFUSED_BYTES_MAX = 16 << 20;

  private final FileBlobStore store;
  private final Semaphore transfers;

  public SignedBlobService(FileBlobStore store) {
    this.store = requireNonNull(store, "store");
    this.transfers = new Semaphore(store.settings().transfersMax());
  }

  /** Bodies are streamed, so the server's limits for messages are not theirs. */
  @Override
  public ServiceOptions options() {
    return ServiceOptions.builder()
        // The store counts, as it knows the limit even if no length was announced.
        .maxRequestLength(0)
        .requestTimeoutMillis(store.settings().transferTimeout().toMillis())
        // A stream that is reset at once takes its answer with it, and the client would not hear
        // why it was refused.
        .requestAutoAbortDelayMillis(REFUSED_UPLOAD_MILLIS)
        .build();
  }

  @Override
  public HttpResponse serve(ServiceRequestContext ctx, HttpRequest request) {
    var use =
        switch (request.method()) {
          case GET, HEAD -> SignedBlob.Use.READ;
          case PUT -> SignedBlob.Use.WRITE;
          default -> null;
        };
    if (use == null) {
      return refuse(
          request,
          answer(
              headers(HttpStatus.METHOD_NOT_ALLOWED).set(HttpHeaderNames.ALLOW, "GET, HEAD, PUT"),
              "signed URL: expected GET, HEAD or PUT, got " + request.method()));
    }
    SignedBlob signed;
    try {
      signed =
          store
              .urls()
              .verify(use, ctx.mappedPath().replaceFirst("^/", ""), ctx.queryParams()::getAll);
    } catch (RejectedException refused) {
      return refuse(request, answer(refused.rejection()));
    }
    if (!transfers.tryAcquire()) {
      return refuse(
          request,
          answer(
              headers(HttpStatus.SERVICE_UNAVAILABLE)
                  .setInt(HttpHeaderNames.RETRY_AFTER, RETRY_AFTER_SECONDS),
              "signed URL: expected at most %s transfers at a time; try again"
                  .formatted(store.settings().transfersMax())));
    }
    var answer = new CompletableFuture<HttpResponse>();
    // A slow client holds a thread as long as it likes, so it must be a cheap one.
    Thread.ofVirtual()
        .name("blob-transfer")
        .start(
            () -> {
              try (var content = content(request)) {
                try {
                  transfer(request, content, signed, answer);
                } finally {
                  transfers.release();
                }
                drop(content);
              } catch (IOException brokenOff) {
                log.debug(
                    "{} of blob {} was broken off", request.method(), signed.key(), brokenOff);
              }
            });
    return HttpResponse.of(answer);
  }

  private static HttpResponse refuse(HttpRequest request, HttpResponse answer) {
    if (!request.isComplete()) {
      Thread.ofVirtual()
          .name("blob-refused")
          .start(
              () -> {
                try (var content = content(request)) {
                  drop(content);
                } catch (IOException brokenOff) {
                  log.debug("{} was broken off", request.method(), brokenOff);
                }
              });
    }
    return answer;
  }

  private static InputStream content(HttpRequest request) {
    return request.toInputStream(part -> part instanceof HttpData data ? data : HttpData.empty());
  }

  /**
   * Reads on what a client sends that has its answer already: a stream that is reset takes that
   * with it.
   */
  private static void drop(InputStream content) throws IOException {
    try {
      content.skipNBytes(REFUSED_BYTES_MAX);
    } catch (EOFException whole) {
      // It was no more than that.
    }
  }

  private void transfer(
      HttpRequest request,
      InputStream content,
      SignedBlob signed,
      CompletableFuture<HttpResponse> answer) {
    try {
      switch (signed.use()) {
        case READ -> send(signed.key(), request.method() == HttpMethod.HEAD, answer);
        case WRITE -> answer.complete(receive(request, content, signed));
      }
    } catch (RejectedException refused) {
      answer.complete(answer(refused.rejection()));
    } catch (IOException failed) {
      // The path of a file is for the operator, not for the client.
      log.warn("{} of blob {} failed", request.method(), signed.key(), failed);
      answer.complete(
          isFull(failed)
              ? answer(
                  headers(HttpStatus.INSUFFICIENT_STORAGE),
                  "blob store: the disk is full; try again when there is room")
              : answer(
                  headers(HttpStatus.SERVICE_UNAVAILABLE), "blob store: it failed; try again"));
    } catch (RuntimeException | Error wrong) {
      // The server's own handler logs it and answers.
      answer.completeExceptionally(wrong);
    }
  }

  // Java has no type for it, only the system's own words.
  private static boolean isFull(IOException failed) {
    var words = String.valueOf(failed.getMessage());
    return words.contains("No space left on device") || words.contains("Disk quota exceeded");
  }

  private HttpResponse receive(HttpRequest request, InputStream content, SignedBlob signed)
      throws IOException {
    var announced = contentMd5(request);
    if (request.headers().contentLength() > store.settings().uploadBytesMax()) {
      throw Rejection.exhausted(
          "upload %s: expected at most %s bytes, %s are coming",
          signed.key(), store.settings().uploadBytesMax(), request.headers().contentLength());
    }
    store.receive(signed, announced, content);
    return answer(headers(HttpStatus.OK), "");
  }

  private static Optional<ByteString> contentMd5(HttpRequest request) {
    var values = request.headers().getAll(HttpHeaderNames.CONTENT_MD5).stream().distinct().toList();
    if (values.isEmpty()) {
      return Optional.empty();
    }
    try {
      var md5 = Base64.getDecoder().decode(values.getFirst().strip());
      if (values.size() == 1 && md5.length == Md5.SIZE_BYTES) {
        return Optional.of(ByteString.copyFrom(md5));
      }
    } catch (IllegalArgumentException notBase64) {
      // Refused below, as any other text that is no digest.
    }
    throw Rejection.invalid(
        "Content-MD5 header: expected %s bytes in Base64, got '%s'",
        Md5.SIZE_BYTES, String.join("', '", values));
  }

  private void send(BlobKey key, boolean headersOnly, CompletableFuture<HttpResponse> answer)
      throws IOException {
    var opened = store.channel(key);
    if (opened.isEmpty()) {
      throw Rejection.notFound("blob %s: expected one there, found none", key);
    }
    try (var file = opened.get()) {
      var sizeBytes = file.size();
      var headers = contentHeaders(BlobFolder.name(key), sizeBytes);
      if (headersOnly) {
        answer.complete(HttpResponse.of(headers));
        return;
      }
      var response = HttpResponse.streaming();
      response.write(headers);
      answer.complete(response);
      stream(file, sizeBytes, response);
    }
  }

  /** Reads no further than the client has taken: a slow one costs one buffer. */
  private static void stream(FileChannel file, long sizeBytes, HttpResponseWriter response) {
    try {
      var left = sizeBytes;
      while (left > 0) {
        var buffer = ByteBuffer.allocate((int) Math.min(left, BUFFER_BYTES));
        var length = file.read(buffer);
        if (length < 0) {
          throw new EOFException("expected " + left + " more bytes: the file was cut meanwhile");
        }
        left -= length;
        if (!response.tryWrite(HttpData.wrap(buffer.array(), 0, length))) {
          return;
        }
        response.whenConsumed().join();
      }
      response.close();
    } catch (CancellationException | CompletionException gone) {
      // The client went away or took too long; the response is closed already.
      response.close(gone);
    } catch (IOException failed) {
      // Status and length are sent: all that is left is to break off, so the client notices.
      response.close(failed);
    }
  }

  private static ResponseHeaders contentHeaders(String name, long sizeBytes) {
    var headers = headers(HttpStatus.OK).contentLength(sizeBytes);
    if (name.equals(DECK)) {
      return headers
          .contentType(MediaType.HTML_UTF_8)
          .set(HttpHeaderNames.CONTENT_SECURITY_POLICY, SANDBOX)
          .build();
    }
    return headers
        .contentType(MediaType.OCTET_STREAM)
        .set(
            HttpHeaderNames.CONTENT_DISPOSITION,
            "attachment; filename*=UTF-8''" + SignedUrls.encode(name))
        .build();
  }

  private static ResponseHeadersBuilder headers(HttpStatus status) {
    return ResponseHeaders.builder(status)
        .set(HttpHeaderNames.X_CONTENT_TYPE_OPTIONS, "nosniff")
        .set("cross-origin-resource-policy", "same-origin")
        // The URL is a permission: neither a cache nor a linked site may have it.
        .set(HttpHeaderNames.CACHE_CONTROL, "private, no-store")
        .set(HttpHeaderNames.REFERRER_POLICY, "no-referrer");
  }

  private static HttpResponse answer(Rejection rejection) {
    var status =
        switch (rejection.code()) {
          case INVALID_ARGUMENT, OUT_OF_RANGE -> HttpStatus.BAD_REQUEST;
          case NOT_FOUND -> HttpStatus.NOT_FOUND;
          case ALREADY_EXISTS, FAILED_PRECONDITION, ABORTED -> HttpStatus.CONFLICT;
          case PERMISSION_DENIED -> HttpStatus.FORBIDDEN;
          case UNAUTHENTICATED -> HttpStatus.UNAUTHORIZED;
          case RESOURCE_EXHAUSTED -> HttpStatus.REQUEST_ENTITY_TOO_LARGE;
          case UNIMPLEMENTED -> HttpStatus.NOT_IMPLEMENTED;
        };
    return answer(headers(status), rejection.message());
  }

  private static HttpResponse answer(ResponseHeadersBuilder headers, String text) {
    return HttpResponse.of(
        headers.contentType(MediaType.PLAIN_TEXT_UTF_8).build(), HttpData.ofUtf8(text));
  }
}
