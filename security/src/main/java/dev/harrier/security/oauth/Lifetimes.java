package dev.harrier.security.oauth;

import dev.harrier.security.token.TokenIssuer;
import java.time.Duration;

/**
 * How long what the authorization server hands out is good.
 *
 * @param accessToken of an access token
 * @param refreshToken of a refresh token that is not used
 * @param login of all that came of one login, however often it was refreshed
 * @param code of an authorization code
 */
public record Lifetimes(
    Duration accessToken, Duration refreshToken, Duration login, Duration code) {
  /** Half an hour, a week, a month, a minute. */
  public static final Lifetimes DEFAULTS =
      new Lifetimes(
          Duration.ofMinutes(30), Duration.ofDays(7), Duration.ofDays(30), Duration.ofSeconds(60));

  public Lifetimes {
    if (!accessToken.isPositive() || accessToken.compareTo(TokenIssuer.LIFETIME_MAX) > 0) {
      throw new IllegalArgumentException(
          "lifetime of access tokens: expected up to %s, got %s"
              .formatted(TokenIssuer.LIFETIME_MAX, accessToken));
    }
    if (!refreshToken.isPositive() || !login.isPositive() || !code.isPositive()) {
      throw new IllegalArgumentException(
          "lifetimes: expected more than zero, got %s, %s, %s"
              .formatted(refreshToken, login, code));
    }
  }
}
