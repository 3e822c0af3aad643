package dev.harrier.server.config;

import static java.util.Objects.requireNonNull;

import dev.harrier.security.oauth.Lifetimes;
import dev.harrier.security.token.TokenIssuer;
import java.time.Duration;

/** Logins; the names are Flyte's, so that an operator's values carry over. */
public record AuthConfig(AppAuth appAuth) {
  private static final Duration CODE_MAX = Duration.ofMinutes(10);

  /** What the authorization server hands out, unless told otherwise. */
  public static final AuthConfig DEFAULTS =
      new AuthConfig(
          new AppAuth(
              new SelfAuthServer(
                  Lifetimes.DEFAULTS.accessToken(),
                  Lifetimes.DEFAULTS.refreshToken(),
                  Lifetimes.DEFAULTS.code(),
                  Lifetimes.DEFAULTS.login())));

  public AuthConfig {
    requireNonNull(appAuth, "appAuth");
  }

  /** Programs that log in. */
  public record AppAuth(SelfAuthServer selfAuthServer) {
    public AppAuth {
      requireNonNull(selfAuthServer, "selfAuthServer");
    }
  }

  /**
   * The authorization server within the program.
   *
   * @param accessTokenLifespan of an access token
   * @param refreshTokenLifespan of a refresh token that is not used
   * @param authorizationCodeLifespan of a code
   * @param loginLifespan of all that came of one login, however often it was refreshed; Flyte has
   *     no such limit
   */
  public record SelfAuthServer(
      Duration accessTokenLifespan,
      Duration refreshTokenLifespan,
      Duration authorizationCodeLifespan,
      Duration loginLifespan) {
    public SelfAuthServer {
      check("accessTokenLifespan", accessTokenLifespan, TokenIssuer.LIFETIME_MAX);
      check("authorizationCodeLifespan", authorizationCodeLifespan, CODE_MAX);
      check("refreshTokenLifespan", refreshTokenLifespan, loginLifespan);
    }

    private static void check(String name, Duration value, Duration max) {
      if (value.compareTo(Duration.ofSeconds(1)) < 0 || value.compareTo(max) > 0) {
        throw new ConfigurationException(
            "auth.appAuth.selfAuthServer.%s: expected 1 s to %s s, found %s s"
                .formatted(name, max.toSeconds(), value.toSeconds()));
      }
    }
  }

  /** The same in the words of the authorization server. */
  public Lifetimes lifetimes() {
    var own = appAuth.selfAuthServer();
    return new Lifetimes(
        own.accessTokenLifespan(),
        own.refreshTokenLifespan(),
        own.loginLifespan(),
        own.authorizationCodeLifespan());
  }
}
