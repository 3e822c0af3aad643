package dev.harrier.server.http;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat.TypeRegistry;
import com.google.rpc.RetryInfo;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.harrier.security.token.BrowserRequest;
import dev.harrier.server.rpc.RequestId;
import dev.harrier.server.rpc.StatusAnswer;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import flyteidl.service.Identity.UserInfoResponse;
import io.grpc.Metadata;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Serves the annotated RPCs over HTTP. */
public final class HttpGateway implements HttpService {
  /** The headers that a service may see; all others of a client stay outside. */
  private static final List<String> PASSED_HEADERS =
      List.of("authorization", "flyte-authorization", RequestId.HEADER.name());

  private static final TypeRegistry OUR_DETAILS =
      TypeRegistry.newBuilder().add(RetryInfo.getDescriptor()).build();

  private final Routes routes;
  private final TypeRegistry types;
  private final Duration deadline;

  /**
   * @param services with their interceptors around them
   * @param deadline of one call
   */
  public HttpGateway(Collection<ServerServiceDefinition> services, Duration deadline) {
    this.routes = Routes.of(services);
    this.deadline = requireNonNull(deadline, "deadline");
    var builder = TypeRegistry.newBuilder();
    builder.add(RetryInfo.getDescriptor());
    routes.all().forEach(route -> builder.add(route.request().getDescriptorForType()));
    this.types = builder.build();
  }

  @Override
  public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
    return HttpResponse.of(
        CompletableFuture.supplyAsync(
            () -> answer(request, context.path(), context.query()),
            context.blockingTaskExecutor()));
  }

  private HttpResponse answer(HttpRequest request, String rawPath, @Nullable String rawQuery) {
    var contentType = request.headers().get(HttpHeaderNames.CONTENT_TYPE);
    var form = WireForm.ofAnswer(request.headers().get(HttpHeaderNames.ACCEPT), contentType);
    try {
      var match = routes.find(request.method().name(), rawPath);
      if (match.isEmpty()) {
        throw Rejection.notFound("Not Found");
      }
      var browser = BrowserRequest.of(request.method().name(), request.headers()::get);
      var outcome =
          UnaryCall.run(
              match.get().route().rpc(),
              () -> message(match.get(), request, contentType, rawQuery),
              headers(request),
              browser,
              deadline);
      return switch (outcome) {
        case UnaryCall.Outcome.Answered<?> answered -> ok(form, (Message) answered.message());
        case UnaryCall.Outcome.Refused<?> refused ->
            UnreadBody.discardedBefore(refused(form, refused.status()), request);
      };
    } catch (CompletionException unread) {
      // The body was too long, too slow, or cut off: the port has the words for that.
      return HttpResponse.ofFailure(requireNonNull(unread.getCause(), "cause"));
    } catch (RejectedException e) {
      return UnreadBody.discardedBefore(
          refused(form, StatusAnswer.of(e, RequestId.current())), request);
    } catch (RuntimeException e) {
      // Armeria would answer with a page of its own.
      return UnreadBody.discardedBefore(
          refused(form, StatusAnswer.of(e, RequestId.current())), request);
    }
  }

  private Message message(
      Routes.Match match,
      HttpRequest request,
      @Nullable String contentType,
      @Nullable String rawQuery) {
    var message = match.route().request().newBuilderForType();
    if (match.route().wholeBody()) {
      // Only here: nothing of a body is kept for somebody who is not let in.
      var whole = request.aggregate().join();
      WireForm.ofBody(contentType).read(whole.content().array(), message, types);
    } else {
      query(rawQuery).forEach((name, values) -> FieldPath.set(message, name, values));
    }
    // Last, so that the path says what is meant, whatever the body has.
    match.pathFields().forEach((field, value) -> FieldPath.set(message, field, List.of(value)));
    return message.build();
  }

  private static Metadata headers(HttpRequest request) {
    var headers = new Metadata();
    for (var name : PASSED_HEADERS) {
      // All of them: one that was sent twice is refused behind, as it is over gRPC.
      for (var value : request.headers().getAll(name)) {
        headers.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value);
      }
    }
    return headers;
  }

  private HttpResponse ok(WireForm form, Message message) {
    var headers =
        ResponseHeaders.builder(200)
            .set(HttpHeaderNames.CONTENT_TYPE, form.contentType())
            .set(HttpHeaderNames.CACHE_CONTROL, "no-store");
    if (message instanceof UserInfoResponse user) {
      headers.set("x-user-subject", user.getSubject());
    }
    return HttpResponse.of(headers.build(), HttpData.wrap(form.write(message, types)));
  }

  private HttpResponse refused(WireForm form, StatusAnswer answer) {
    return refusal(form, answer, types);
  }

  /** The answer to a request that failed: {@code {"code":5,"message":"..","details":[]}}. */
  public static HttpResponse refusal(StatusAnswer answer) {
    return refusal(WireForm.CAMEL_CASE, answer, OUR_DETAILS);
  }

  private static HttpResponse refusal(WireForm form, StatusAnswer answer, TypeRegistry types) {
    var code = answer.status().getCode();
    var headers =
        ResponseHeaders.builder(HttpStatuses.of(code))
            .set(HttpHeaderNames.CONTENT_TYPE, form.contentType())
            .set(HttpHeaderNames.CACHE_CONTROL, "no-store");
    if (code == Status.Code.UNAUTHENTICATED) {
      headers.set(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer realm=\"harrier\"");
    }
    retryAfter(answer).ifPresent(wait -> headers.set(HttpHeaderNames.RETRY_AFTER, wait));
    return HttpResponse.of(headers.build(), HttpData.wrap(form.write(answer.message(), types)));
  }

  // Whole seconds, upwards: who comes too early is refused again.
  private static Optional<String> retryAfter(StatusAnswer answer) {
    return answer.message().getDetailsList().stream()
        .filter(detail -> detail.is(RetryInfo.class))
        .map(
            detail -> {
              try {
                var delay = detail.unpack(RetryInfo.class).getRetryDelay();
                return Long.toString(delay.getSeconds() + (delay.getNanos() > 0 ? 1 : 0));
              } catch (InvalidProtocolBufferException broken) {
                throw new IllegalStateException("a detail of our own that is broken", broken);
              }
            })
        .findFirst();
  }

  static Map<String, List<String>> query(@Nullable String rawQuery) {
    var parameters = new LinkedHashMap<String, List<String>>();
    if (rawQuery == null) {
      return parameters;
    }
    for (var pair : rawQuery.split("&", -1)) {
      if (pair.isEmpty()) {
        continue;
      }
      var equals = pair.indexOf('=');
      var name = decoded(equals < 0 ? pair : pair.substring(0, equals));
      var value = equals < 0 ? "" : pair.substring(equals + 1);
      // A plus joins two filters; people write it as it is, and forms would make it a space.
      parameters
          .computeIfAbsent(name, absent -> new ArrayList<>())
          .add(decoded(name.equals("filters") ? value.replace("+", "%2B") : value));
    }
    // Said but empty means the same as not said, whatever the type of the field.
    parameters.values().removeIf(values -> values.equals(List.of("")));
    return parameters;
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw Rejection.invalid("The query has a percent sign without two hex digits.");
    }
  }
}
