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

  /** Where a browser lands that follows pyflyte's default login. */
  public static final String AUTHORIZE_PATH = "/oauth2/authorize";

  /** Where the public keys are. */
  public static final String JWKS_PATH = "/oauth2/jwks";

  /** The address of a path on this server. */
  public String at(String path) {
    return url + path;
  }

  /** The name of this server in the tokens that it makes. */
  public String issuer() {
    return url.toString();
  }
}
