package dev.harrier.security.token;

import java.net.URI;

/**
 * Where clients reach this server.
 *
 * @param url without a path, e.g. {@code http://localhost:30080}
 */
public record ServerAddress(URI url) {
  /** Where clients send their credentials for a token. */
  public static final String TOKEN_PATH = "/oauth2/token";

  /** Where a browser lands that a client sends to log in. */
  public static final String AUTHORIZE_PATH = "/oauth2/authorize";

  /** Where a client ends a token (RFC 7009). */
  public static final String REVOKE_PATH = "/oauth2/revoke";

  /** Where a client asks what a token is (RFC 7662). */
  public static final String INTROSPECT_PATH = "/oauth2/introspect";

  /** Where a device without a browser begins (RFC 8628). */
  public static final String DEVICE_AUTHORIZATION_PATH = "/oauth2/device_authorization";

  /** Where its user goes with a browser of another device. */
  public static final String DEVICE_PATH = "/oauth2/device";

  /** Where a user chooses a password, with a link that is good once. */
  public static final String PASSWORD_PATH = "/login/password";

  /** Where somebody logs in at a browser, for this server's own pages. */
  public static final String LOGIN_PATH = "/login";

  /** Below it, by its name, is where a login at an outside provider begins. */
  public static final String LOGIN_WITH_PATH = "/login/with";

  /**
   * Where an outside provider sends a browser back to; below it, by its name, if one of several.
   */
  public static final String CALLBACK_PATH = "/callback";

  /** Where somebody ends what a browser may do. */
  public static final String LOGOUT_PATH = "/logout";

  /** Where the public keys are. */
  public static final String JWKS_PATH = "/oauth2/jwks";

  /** The address of a path on this server. */
  public String at(String path) {
    return url + path;
  }

  /**
   * Where its pages come from, as a browser writes it: without a port that the scheme has anyhow.
   */
  public String origin() {
    var usual = "https".equals(url.getScheme()) ? 443 : 80;
    var port = url.getPort() < 0 || url.getPort() == usual ? "" : ":" + url.getPort();
    return url.getScheme() + "://" + url.getHost() + port;
  }

  /** The name of this server in the tokens that it makes. */
  public String issuer() {
    return url.toString();
  }
}
