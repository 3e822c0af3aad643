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
import dev.harrier.security.token.ServerAddress;
import dev.harrier.security.token.TokenEndpoint;
import dev.harrier.server.port.Page;
import java.nio.file.Path;
import java.util.Optional;

/** Tokens for clients, the keys to check them with, and a word for those who come by browser. */
public final class LoginPages implements Page {
  /** Credentials and a few names fit many times. */
  private static final long FORM_BYTES_MAX = 64 * 1024;

  private final TokenEndpoint tokens;
  private final String jwks;
  private final Path clientFile;

  /**
   * @param jwks the public keys as a document
   * @param clientFile the configuration that a browser's user should give to pyflyte
   */
  public LoginPages(TokenEndpoint tokens, String jwks, Path clientFile) {
    this.tokens = requireNonNull(tokens, "tokens");
    this.jwks = requireNonNull(jwks, "jwks");
    this.clientFile = requireNonNull(clientFile, "clientFile");
  }

  @Override
  public void mount(ServerBuilder server) {
    HttpService token =
        (context, request) -> HttpResponse.of(request.aggregate().thenApply(this::token));
    server
        .route()
        .addRoute(Route.builder().path(ServerAddress.TOKEN_PATH).methods(HttpMethod.POST).build())
        .maxRequestLength(FORM_BYTES_MAX)
        .build(token);
    HttpService keys = (context, request) -> HttpResponse.of(HttpStatus.OK, MediaType.JSON, jwks);
    server.service("exact:" + ServerAddress.JWKS_PATH, keys);
    server.service("exact:/.well-known/jwks.json", keys);
    server.service("exact:" + ServerAddress.AUTHORIZE_PATH, (context, request) -> authorize());
  }

  private HttpResponse token(AggregatedHttpRequest request) {
    var answer =
        tokens.answer(
            Optional.ofNullable(request.headers().get(HttpHeaderNames.AUTHORIZATION)),
            request.contentUtf8());
    var headers =
        ResponseHeaders.builder(HttpStatus.valueOf(answer.status()))
            .contentType(MediaType.JSON)
            .set(HttpHeaderNames.CACHE_CONTROL, "no-store");
    answer
        .challenge()
        .ifPresent(challenge -> headers.set(HttpHeaderNames.WWW_AUTHENTICATE, challenge));
    return HttpResponse.of(headers.build(), HttpData.ofUtf8(answer.json()));
  }

  // Nothing of the request is shown, so nobody can make this page say something.
  private HttpResponse authorize() {
    var page =
        """
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <title>Harrier: one step to log in</title>
        <h1>pyflyte needs its configuration</h1>
        <p>This Harrier has no login by browser yet. End the command that opened this page with Ctrl-C and start it again with the configuration that Harrier wrote for you:</p>
        <pre>pyflyte --config %1$s run --remote ...</pre>
        <p>or, for all commands of a shell:</p>
        <pre>export FLYTECTL_CONFIG=%1$s</pre>
        </html>
        """
            .formatted(escaped(clientFile.toString()));
    var headers =
        ResponseHeaders.builder(HttpStatus.OK)
            .contentType(MediaType.HTML_UTF_8)
            .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
            .set(
                HttpHeaderNames.CONTENT_SECURITY_POLICY,
                "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
            .set(HttpHeaderNames.X_CONTENT_TYPE_OPTIONS, "nosniff")
            .set(HttpHeaderNames.REFERRER_POLICY, "no-referrer");
    return HttpResponse.of(headers.build(), HttpData.ofUtf8(page));
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
