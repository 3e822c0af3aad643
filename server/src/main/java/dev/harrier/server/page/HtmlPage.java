package dev.harrier.server.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * A page for people, whole in one answer: no script, no picture, nothing from elsewhere, and a
 * policy that lets the browser run nothing else.
 */
final class HtmlPage {
  private static final String STYLE =
      "body{font:16px/1.5 sans-serif;max-width:28em;margin:4em auto;padding:0 1em}"
          + "label{display:block;margin:1em 0 .2em}input{width:100%;padding:.5em;box-sizing:border-box}"
          + "button{margin:1.5em .5em 0 0;padding:.5em 1.5em}.wrong{color:#a00}code{font-size:1.1em}";
  private static final String STYLE_HASH = hash(STYLE);

  private HtmlPage() {}

  /** A page that says one thing. */
  static HttpResponse say(HttpStatus status, String title, String sentence) {
    return answer(
        status,
        title,
        "<p>%s</p>".formatted(escaped(sentence)),
        Optional.empty(),
        Optional.empty());
  }

  /** The same of a thing that is done, with cookies for the header {@code set-cookie}. */
  static HttpResponse say(String title, String sentence, List<String> cookies) {
    return answer(
        HttpStatus.OK,
        title,
        "<p>%s</p>".formatted(escaped(sentence)),
        Optional.empty(),
        Optional.empty(),
        cookies);
  }

  /**
   * A page with a form that is sent to the address of the page itself.
   *
   * @param inside the form's fields and buttons, as HTML
   * @param onwards where the form's answer may send the browser, beside this server
   */
  static HttpResponse form(
      HttpStatus status,
      String title,
      String before,
      String inside,
      CsrfTokens.Ticket ticket,
      Optional<URI> onwards) {
    return answer(status, title, form(before, inside, ticket), Optional.of(ticket), onwards);
  }

  /**
   * The same of a page that comes of another one.
   *
   * @param cookies for the header {@code set-cookie}
   */
  static HttpResponse form(
      HttpStatus status,
      String title,
      String before,
      String inside,
      CsrfTokens.Ticket ticket,
      List<String> cookies) {
    return answer(
        status,
        title,
        form(before, inside, ticket),
        Optional.of(ticket),
        Optional.empty(),
        cookies);
  }

  private static String form(String before, String inside, CsrfTokens.Ticket ticket) {
    return """
        %s
        <form method="post">
        <input type="hidden" name="%s" value="%s">
        %s
        </form>
        """
        .formatted(before, CsrfTokens.FIELD, ticket.field(), inside);
  }

  private static HttpResponse answer(
      HttpStatus status,
      String title,
      String body,
      Optional<CsrfTokens.Ticket> ticket,
      Optional<URI> onwards) {
    return answer(status, title, body, ticket, onwards, List.of());
  }

  private static HttpResponse answer(
      HttpStatus status,
      String title,
      String body,
      Optional<CsrfTokens.Ticket> ticket,
      Optional<URI> onwards,
      List<String> cookies) {
    var page =
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <title>%1$s</title>
        <style>%2$s</style>
        </head>
        <body>
        <h1>%1$s</h1>
        %3$s
        </body>
        </html>
        """
            .formatted(escaped(title), STYLE, body);
    // Browsers hold the policy against where a form's answer leads, too.
    var forms = ticket.isEmpty() ? "'none'" : "'self'" + onwards.map(HtmlPage::origin).orElse("");
    var headers =
        ResponseHeaders.builder(status)
            .contentType(MediaType.HTML_UTF_8)
            .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
            .set(
                HttpHeaderNames.CONTENT_SECURITY_POLICY,
                "default-src 'none'; style-src '%s'; form-action %s; base-uri 'none'; frame-ancestors 'none'"
                    .formatted(STYLE_HASH, forms))
            .set(HttpHeaderNames.X_CONTENT_TYPE_OPTIONS, "nosniff")
            .set(HttpHeaderNames.X_FRAME_OPTIONS, "DENY")
            // With none at all a browser would not name the form's origin, which is checked.
            .set(HttpHeaderNames.REFERRER_POLICY, "same-origin");
    ticket.ifPresent(one -> headers.add(HttpHeaderNames.SET_COOKIE, one.cookie()));
    cookies.forEach(cookie -> headers.add(HttpHeaderNames.SET_COOKIE, cookie));
    return HttpResponse.of(headers.build(), HttpData.ofUtf8(page));
  }

  /** Sends the browser on with GET, without saying where it comes from. */
  static HttpResponse onwards(URI address) {
    return onwards(address, List.of());
  }

  /**
   * The same with cookies.
   *
   * @param cookies for the header {@code set-cookie}
   */
  static HttpResponse onwards(URI address, List<String> cookies) {
    var headers =
        ResponseHeaders.builder(HttpStatus.SEE_OTHER)
            .set(HttpHeaderNames.LOCATION, address.toString())
            .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
            .set(HttpHeaderNames.REFERRER_POLICY, "no-referrer");
    cookies.forEach(cookie -> headers.add(HttpHeaderNames.SET_COOKIE, cookie));
    return HttpResponse.of(headers.build());
  }

  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  // Only letters that an address can have get into the header: what a URI parsed is none of ; or '.
  private static String origin(URI address) {
    var port = address.getPort() < 0 ? "" : ":" + address.getPort();
    return " " + address.getScheme() + "://" + address.getHost() + port;
  }

  private static String hash(String style) {
    try {
      var digest = MessageDigest.getInstance("SHA-256").digest(style.getBytes(UTF_8));
      return "sha256-" + Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("This Java has no SHA-256.", e);
    }
  }
}
