package dev.harrier.server.port;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.server.ServerBuilder;

/**
 * What every answer tells a browser, pages and errors included, unless the service has a stricter
 * or fitter word of its own.
 */
final class SecurityHeaders {
  /** What is served is data: as a page it may load, run, frame and send nothing. */
  private static final String NOTHING =
      "default-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private SecurityHeaders() {}

  /** Adds them to a port. */
  static void addTo(ServerBuilder server) {
    server
        .setHeader(HttpHeaderNames.CONTENT_SECURITY_POLICY, NOTHING)
        .setHeader(HttpHeaderNames.X_CONTENT_TYPE_OPTIONS, "nosniff")
        .setHeader(HttpHeaderNames.REFERRER_POLICY, "no-referrer")
        .setHeader("cross-origin-opener-policy", "same-origin")
        .setHeader("cross-origin-resource-policy", "same-origin");
  }
}
