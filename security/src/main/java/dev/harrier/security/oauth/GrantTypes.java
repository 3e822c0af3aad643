package dev.harrier.security.oauth;

import java.util.List;

/** The ways to a token, by their names in requests. */
final class GrantTypes {
  static final String CODE = "authorization_code";
  static final String REFRESH = "refresh_token";
  static final String CLIENT_CREDENTIALS = "client_credentials";
  static final String DEVICE = "urn:ietf:params:oauth:grant-type:device_code";

  static final List<String> ALL = List.of(CODE, REFRESH, CLIENT_CREDENTIALS, DEVICE);

  private GrantTypes() {}
}
