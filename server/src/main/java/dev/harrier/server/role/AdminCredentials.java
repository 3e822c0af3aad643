package dev.harrier.server.role;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import dev.harrier.server.config.AdminConfig;
import dev.harrier.spi.machine.PrivateFiles;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.IOException;
import java.net.URLEncoder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/**
 * Puts a token on each call to admin. It is got with the client's credentials, from the same port,
 * and anew before it ends or when admin does not take it any more.
 */
final class AdminCredentials implements ClientInterceptor {
  private static final Metadata.Key<String> HEADER =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  /** After this part of its life a token is not used any more. */
  private static final double USED_PART = 0.75;

  private final AdminConfig config;
  private final WebClient admin;
  private final Clock clock;
  private Optional<Token> token = Optional.empty();

  AdminCredentials(AdminConfig config, WebClient admin, Clock clock) {
    this.config = requireNonNull(config, "config");
    this.admin = requireNonNull(admin, "admin");
    this.clock = requireNonNull(clock, "clock");
  }

  private record Token(String text, Instant usedUntil) {
    @Override
    public String toString() {
      return "(token)";
    }
  }

  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(
      MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
    var used = current();
    return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
      @Override
      public void start(Listener<A> listener, Metadata headers) {
        headers.put(HEADER, "Bearer " + used.text());
        super.start(
            new SimpleForwardingClientCallListener<>(listener) {
              @Override
              public void onClose(Status status, Metadata trailers) {
                if (status.getCode() == Status.Code.UNAUTHENTICATED) {
                  drop(used);
                }
                super.onClose(status, trailers);
              }
            },
            headers);
      }
    };
  }

  private synchronized Token current() {
    if (token.isEmpty() || !clock.instant().isBefore(token.get().usedUntil())) {
      token = Optional.of(ask());
    }
    return token.get();
  }

  private synchronized void drop(Token refused) {
    if (token.filter(refused::equals).isPresent()) {
      token = Optional.empty();
    }
  }

  private Token ask() {
    var asked = clock.instant();
    AggregatedHttpResponse answer;
    try {
      answer = admin.execute(request()).aggregate().join();
    } catch (CompletionException away) {
      throw Status.UNAVAILABLE
          .withDescription("admin at %s does not answer".formatted(config.url()))
          .withCause(away.getCause())
          .asRuntimeException();
    } catch (IOException unreadable) {
      throw unauthenticated("its secret cannot be read: " + unreadable.getMessage());
    }
    if (!answer.status().equals(HttpStatus.OK)) {
      throw unauthenticated(
          member(answer, "error_description").orElseGet(() -> answer.status().toString()));
    }
    var text = member(answer, "access_token");
    var life = member(answer, "expires_in").filter(seconds -> seconds.matches("[0-9]{1,9}"));
    if (text.isEmpty() || life.isEmpty()) {
      throw unauthenticated("%s says what no authorization server does".formatted(config.url()));
    }
    var used = Duration.ofSeconds(Long.parseLong(life.get())).toMillis() * USED_PART;
    return new Token(text.get(), asked.plusMillis((long) used));
  }

  /** A text or number of what may be any text: a proxy may have answered. */
  private static Optional<String> member(AggregatedHttpResponse answer, String name) {
    try {
      return JsonParser.parseString(answer.contentUtf8()) instanceof JsonObject body
              && body.get(name) instanceof JsonPrimitive value
          ? Optional.of(value.getAsString())
          : Optional.empty();
    } catch (JsonParseException none) {
      return Optional.empty();
    }
  }

  private static RuntimeException unauthenticated(String why) {
    return Status.UNAUTHENTICATED
        .withDescription("admin gave this propeller no token: " + why)
        .asRuntimeException();
  }

  private HttpRequest request() throws IOException {
    var request = HttpRequest.builder().post("/oauth2/token");
    var form = "grant_type=client_credentials&scope=all";
    if (config.clientSecretLocation().isPresent()) {
      var secret = PrivateFiles.read(config.clientSecretLocation().get()).strip();
      var basic = encoded(config.clientId()) + ":" + encoded(secret);
      request.header(
          HttpHeaderNames.AUTHORIZATION,
          "Basic " + Base64.getEncoder().encodeToString(basic.getBytes(UTF_8)));
    } else {
      form += "&client_id=" + encoded(config.clientId());
    }
    return request.content(MediaType.FORM_DATA, form).build();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }
}
