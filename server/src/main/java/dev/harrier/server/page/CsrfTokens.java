package dev.harrier.server.page;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.Cookie;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.QueryParams;
import dev.harrier.security.Secret;
import dev.harrier.security.token.OpaqueToken;
import dev.harrier.security.token.ServerAddress;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Against cross-site request forgery: makes sure that a form was sent from a page of this server,
 * in the browser that it was shown in: by the origin that the browser names, and by a field that
 * fits a cookie. Nothing of it is stored; after a restart a form that stood open is shown again.
 */
public final class CsrfTokens {
  /** The hidden field. */
  static final String FIELD = "form";

  private static final Pattern COOKIE_VALUE = Pattern.compile("[A-Za-z0-9_-]{43}");

  private final String origin;
  private final boolean tls;
  private final SecretKeySpec key = new SecretKeySpec(bytes(OpaqueToken.make()), "HmacSHA256");

  public CsrfTokens(ServerAddress address) {
    requireNonNull(address, "address");
    this.origin = address.origin();
    this.tls = "https".equals(address.url().getScheme());
  }

  /**
   * What a page with a form needs.
   *
   * @param field for the hidden field
   * @param cookie for the header {@code set-cookie}
   */
  record Ticket(String field, String cookie) {}

  /** For a page that is shown now; a browser that has a cookie keeps it, for its other pages. */
  Ticket ticket(AggregatedHttpRequest request) {
    var value = cookie(request).orElseGet(() -> OpaqueToken.make().reveal());
    // The prefix makes browsers refuse such a cookie from anybody but this very host over TLS.
    var cookie =
        tls
            ? "__Host-harrier-form=%s; Path=/; Secure; HttpOnly; SameSite=Strict"
            : "harrier-form=%s; Path=/; HttpOnly; SameSite=Strict";
    return new Ticket(sign(value), cookie.formatted(value));
  }

  /** Whether a form came from a page of this server. */
  boolean genuine(AggregatedHttpRequest request, QueryParams form) {
    var from = request.headers().get(HttpHeaderNames.ORIGIN);
    if (from != null && !from.equals(origin)) {
      return false;
    }
    var site = request.headers().get("sec-fetch-site");
    if (site != null && !site.equals("same-origin")) {
      return false;
    }
    var field = form.get(FIELD, "");
    return cookie(request)
        .filter(value -> MessageDigest.isEqual(sign(value).getBytes(UTF_8), field.getBytes(UTF_8)))
        .isPresent();
  }

  private Optional<String> cookie(AggregatedHttpRequest request) {
    var header = request.headers().get(HttpHeaderNames.COOKIE);
    if (header == null) {
      return Optional.empty();
    }
    var name = tls ? "__Host-harrier-form" : "harrier-form";
    return Cookie.fromCookieHeader(header).stream()
        .filter(cookie -> cookie.name().equals(name))
        .map(Cookie::value)
        .filter(value -> COOKIE_VALUE.matcher(value).matches())
        .findFirst();
  }

  private String sign(String value) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return Base64.getUrlEncoder().withoutPadding().encodeToString(mac.doFinal(bytes(value)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This Java has no HMAC with SHA-256.", e);
    }
  }

  private static byte[] bytes(Secret secret) {
    return bytes(secret.reveal());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
