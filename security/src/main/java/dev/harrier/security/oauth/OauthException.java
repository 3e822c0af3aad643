package dev.harrier.security.oauth;

import static java.util.Objects.requireNonNull;

/** A request that is refused with one of OAuth's error codes; its message goes to the client. */
final class OauthException extends Exception {
  /** Nothing is wrong with what was asked; another try, later, may help. */
  static final String UNAVAILABLE = "temporarily_unavailable";

  private static final long serialVersionUID = 1L;

  private final String code;

  OauthException(String code, String message) {
    super(requireNonNull(message, "message"));
    this.code = requireNonNull(code, "code");
  }

  static OauthException invalidRequest(String message) {
    return new OauthException("invalid_request", message);
  }

  static OauthException invalidGrant(String message) {
    return new OauthException("invalid_grant", message);
  }

  static OauthException invalidClient() {
    return new OauthException("invalid_client", "Unknown client, or its secret is another.");
  }

  String code() {
    return code;
  }

  String sentence() {
    return String.valueOf(getMessage());
  }
}
