package dev.harrier.server.page;

import static java.util.Objects.requireNonNull;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.Route;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.harrier.security.oauth.Answer;
import dev.harrier.security.oauth.AuthorizationServer;
import dev.harrier.security.oauth.ClientProof;
import dev.harrier.security.oauth.ServerMetadata;
import dev.harrier.security.token.ServerAddress;
import dev.harrier.security.token.SigningKeys;
import dev.harrier.server.port.ClientCertificates;
import dev.harrier.server.port.Page;
import java.util.Optional;

/** What programs ask the authorization server for: tokens, keys, and what it offers. */
public final class TokenPages implements Page {
  /** Credentials, an assertion and a few names fit many times. */
  private static final long FORM_BYTES_MAX = 64 * 1024;

  private final ServerMetadata metadata;
  private final AuthorizationServer server;
  private final SigningKeys keys;

  public TokenPages(ServerMetadata metadata, AuthorizationServer server, SigningKeys keys) {
    this.metadata = requireNonNull(metadata, "metadata");
    this.server = requireNonNull(server, "server");
    this.keys = requireNonNull(keys, "keys");
  }

  /** What a program needs that proves itself, and nothing else. */
  public Page tokensAlone() {
    return this::tokens;
  }

  private void tokens(ServerBuilder builder) {
    post(
        builder,
        ServerAddress.TOKEN_PATH,
        (proof, form, from) -> server.tokens().answer(proof, form));
  }

  @Override
  public void mount(ServerBuilder builder) {
    tokens(builder);
    post(
        builder,
        ServerAddress.REVOKE_PATH,
        (proof, form, from) -> server.queries().revoke(proof, form));
    post(
        builder,
        ServerAddress.INTROSPECT_PATH,
        (proof, form, from) -> server.queries().introspect(proof, form));
    post(builder, ServerAddress.DEVICE_AUTHORIZATION_PATH, server.devices()::begin);
    HttpService jwks =
        (context, request) -> HttpResponse.of(HttpStatus.OK, MediaType.JSON, keys.jwks());
    builder.route().get("exact:" + ServerAddress.JWKS_PATH).build(jwks);
    builder.route().get("exact:/.well-known/jwks.json").build(jwks);
    builder
        .route()
        .get("exact:/.well-known/oauth-authorization-server")
        .build((context, request) -> metadata(request.headers().get(HttpHeaderNames.ACCEPT, "")));
  }

  // Flyte's message has fewer fields than the document; who asks for its bytes gets those.
  private HttpResponse metadata(String accept) {
    return accept.contains(MediaType.OCTET_STREAM.toString())
        ? HttpResponse.of(
            HttpStatus.OK, MediaType.OCTET_STREAM, HttpData.wrap(metadata.message().toByteArray()))
        : HttpResponse.of(HttpStatus.OK, MediaType.JSON, metadata.json());
  }

  /** What answers a form: with what proves its client, and where it comes from. */
  private interface Endpoint {
    Answer answer(ClientProof shown, String form, String address);
  }

  private static void post(ServerBuilder builder, String path, Endpoint endpoint) {
    HttpService service =
        (context, request) ->
            BrowserPage.later(
                context, request.aggregate(), (where, whole) -> answer(where, whole, endpoint));
    builder
        .route()
        .addRoute(Route.builder().exact(path).methods(HttpMethod.POST).build())
        .maxRequestLength(FORM_BYTES_MAX)
        .build(service);
  }

  // Two of them become one that cannot be read, whichever of them would have counted.
  private static Optional<String> authorization(AggregatedHttpRequest request) {
    var all = request.headers().getAll(HttpHeaderNames.AUTHORIZATION);
    return all.isEmpty() ? Optional.empty() : Optional.of(String.join(",", all));
  }

  private static HttpResponse answer(
      ServiceRequestContext context, AggregatedHttpRequest request, Endpoint endpoint) {
    var answer =
        endpoint.answer(
            new ClientProof(authorization(request), ClientCertificates.of(context)),
            request.contentUtf8(),
            BrowserPage.address(context));
    var headers =
        ResponseHeaders.builder(HttpStatus.valueOf(answer.status()))
            .contentType(MediaType.JSON)
            .set(HttpHeaderNames.CACHE_CONTROL, "no-store");
    answer
        .challenge()
        .ifPresent(challenge -> headers.set(HttpHeaderNames.WWW_AUTHENTICATE, challenge));
    return HttpResponse.of(headers.build(), HttpData.ofUtf8(answer.json()));
  }
}
