package dev.harrier.blobstore;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import com.linecorp.armeria.common.stream.StreamMessage;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.harrier.spi.RejectedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the URLs that {@link FileBlobStore} signs: GET and HEAD, and PUT. Whoever has the URL may
 * do what it says; nothing else is asked.
 *
 * <p>To be put at {@link UrlSigner#PATH_PREFIX} as a prefix.
 */
public final class SignedBlobService implements HttpService {
  /** How long one upload or download may take. */
  public static final Duration TRANSFER_MAX = Duration.ofHours(1);

  private static final Logger LOG = LoggerFactory.getLogger(SignedBlobService.class);

  private final FileBlobStore store;
  private final UrlSigner signer;
  private final long uploadMaxBytes;

  /**
   * @param uploadMaxBytes a larger upload is refused
   */
  public SignedBlobService(FileBlobStore store, UrlSigner signer, long uploadMaxBytes) {
    this.store = requireNonNull(store, "store");
    this.signer = requireNonNull(signer, "signer");
    this.uploadMaxBytes = uploadMaxBytes;
  }

  @Override
  public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
    return switch (request.method()) {
      case GET, HEAD -> {
        context.setRequestTimeout(TRANSFER_MAX);
        yield blocking(context, () -> get(context));
      }
      case PUT -> {
        context.setRequestTimeout(TRANSFER_MAX);
        // The body is counted while it is stored; the server's own limit is for calls.
        context.setMaxRequestLength(uploadMaxBytes + 1);
        yield blocking(context, () -> put(context, request));
      }
      default -> text(HttpStatus.METHOD_NOT_ALLOWED, "Expected GET, HEAD or PUT.");
    };
  }

  private HttpResponse blocking(ServiceRequestContext context, Supplier<HttpResponse> work) {
    return HttpResponse.of(
        CompletableFuture.supplyAsync(() -> answer(work), context.blockingTaskExecutor()));
  }

  private static HttpResponse answer(Supplier<HttpResponse> work) {
    try {
      return work.get();
    } catch (RejectedException refusal) {
      var status =
          switch (refusal.rejection().code()) {
            case PERMISSION_DENIED, UNAUTHENTICATED -> HttpStatus.FORBIDDEN;
            case NOT_FOUND -> HttpStatus.NOT_FOUND;
            case RESOURCE_EXHAUSTED -> HttpStatus.REQUEST_ENTITY_TOO_LARGE;
            default -> HttpStatus.BAD_REQUEST;
          };
      return text(status, refusal.rejection().message());
    } catch (UncheckedIOException failure) {
      LOG.warn("a blob could not be transferred", failure);
      return text(HttpStatus.INTERNAL_SERVER_ERROR, "The blob store failed; try again.");
    }
  }

  private HttpResponse get(ServiceRequestContext context) {
    var allowed = signer.check(UrlSigner.Method.GET, path(context), query(context));
    try {
      var size = store.size(allowed.blob());
      if (size.isEmpty()) {
        return text(HttpStatus.NOT_FOUND, "There is no such blob.");
      }
      var headers = headers(allowed.blob().path(), size.get());
      if (context.method() == com.linecorp.armeria.common.HttpMethod.HEAD) {
        return HttpResponse.of(headers);
      }
      var stream = store.open(allowed.blob());
      if (stream.isEmpty()) {
        return text(HttpStatus.NOT_FOUND, "There is no such blob.");
      }
      return HttpResponse.of(headers, StreamMessage.of(stream.get()));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private HttpResponse put(ServiceRequestContext context, HttpRequest request) {
    var allowed = signer.check(UrlSigner.Method.PUT, path(context), query(context));
    var announced = request.headers().contentLength();
    if (announced > uploadMaxBytes) {
      return text(
          HttpStatus.REQUEST_ENTITY_TOO_LARGE,
          "Expected at most %d bytes, got %d.".formatted(uploadMaxBytes, announced));
    }
    var header =
        Optional.ofNullable(request.headers().get(HttpHeaderNames.CONTENT_MD5))
            .map(SignedBlobService::md5);
    if (allowed.contentMd5().isPresent()
        && header.isPresent()
        && !allowed.contentMd5().equals(header)) {
      return text(HttpStatus.FORBIDDEN, "This URL is refused: it was signed for other content.");
    }
    try (var body =
        request.toInputStream(
            part -> part instanceof HttpData data ? data : HttpData.empty(), context.eventLoop())) {
      var stat =
          store.write(allowed.blob(), body, uploadMaxBytes, allowed.contentMd5().or(() -> header));
      return HttpResponse.of(
          ResponseHeaders.builder(HttpStatus.OK)
              .set(
                  HttpHeaderNames.ETAG,
                  "\"" + java.util.HexFormat.of().formatHex(stat.md5().toByteArray()) + "\"")
              .build());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static ResponseHeaders headers(String path, long sizeBytes) {
    var name = path.substring(path.lastIndexOf('/') + 1);
    var headers =
        ResponseHeaders.builder(HttpStatus.OK)
            .contentLength(sizeBytes)
            .set(HttpHeaderNames.X_CONTENT_TYPE_OPTIONS, "nosniff")
            .set(HttpHeaderNames.CACHE_CONTROL, "private, no-store")
            .set(HttpHeaderNames.REFERRER_POLICY, "no-referrer");
    return contentType(headers, name).build();
  }

  private static ResponseHeadersBuilder contentType(ResponseHeadersBuilder headers, String name) {
    var lower = name.toLowerCase(Locale.ROOT);
    // What a task wrote is not ours: shown, it must neither run nor reach this server's origin.
    headers.set(HttpHeaderNames.CONTENT_SECURITY_POLICY, "sandbox");
    if (lower.endsWith(".html")) {
      return headers.contentType(MediaType.HTML_UTF_8);
    }
    if (lower.endsWith(".log") || lower.endsWith(".txt")) {
      return headers.contentType(MediaType.PLAIN_TEXT_UTF_8);
    }
    return headers
        .contentType(MediaType.OCTET_STREAM)
        .set(
            HttpHeaderNames.CONTENT_DISPOSITION,
            "attachment; filename*=UTF-8''"
                + URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20"));
  }

  private static ByteString md5(String header) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(header);
    } catch (IllegalArgumentException broken) {
      bytes = new byte[0];
    }
    if (bytes.length != 16) {
      throw dev.harrier.spi.Rejection.invalid(
          "Content-MD5: expected 16 bytes in Base64, got '%s'", header);
    }
    return ByteString.copyFrom(bytes);
  }

  private static String path(ServiceRequestContext context) {
    // Mapped below a prefix, the rest of the path comes decoded and with a slash first.
    var mapped = context.decodedMappedPath();
    return mapped.startsWith("/") ? mapped.substring(1) : mapped;
  }

  private static Map<String, String> query(ServiceRequestContext context) {
    var parameters = new HashMap<String, String>();
    context.queryParams().forEach((name, value) -> parameters.putIfAbsent(name, value));
    return parameters;
  }

  private static HttpResponse text(HttpStatus status, String message) {
    return HttpResponse.of(status, MediaType.PLAIN_TEXT_UTF_8, message + "\n");
  }
}
