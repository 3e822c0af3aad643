package dev.harrier.server.config;

import static java.util.Objects.requireNonNull;

import dev.harrier.security.WebAddress;
import dev.harrier.security.oauth.Lifetimes;
import dev.harrier.security.provider.ProviderSettings;
import dev.harrier.security.session.SessionLimits;
import dev.harrier.security.token.TokenIssuer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Logins and access; the names are Flyte's, so that an operator's values carry over.
 *
 * @param enabled always true: there is no server without authentication
 * @param policy where the access policy lives; Flyte has none
 * @param authorizedUris beside this server's own pages, where a browser may be sent after a login
 *     or logout: an address with nothing behind its host allows all of that origin, any other only
 *     itself
 */
public record AuthConfig(
    boolean enabled,
    PolicyPlace policy,
    List<String> authorizedUris,
    UserAuth userAuth,
    AppAuth appAuth,
    SessionConfig session) {
  private static final Duration CODE_MAX = Duration.ofMinutes(10);

  /** What the authorization server hands out, unless told otherwise, and no outside provider. */
  public static final AuthConfig DEFAULTS =
      new AuthConfig(
          true,
          PolicyPlace.FILE,
          List.of(),
          new UserAuth("/login", OpenIdConfig.DEFAULTS, List.of()),
          new AppAuth(
              new SelfAuthServer(
                  Lifetimes.DEFAULTS.accessToken(),
                  Lifetimes.DEFAULTS.refreshToken(),
                  Lifetimes.DEFAULTS.code(),
                  Lifetimes.DEFAULTS.login()),
              new ExternalAuthServer(
                  Optional.empty(), List.of(), Optional.empty(), List.of("groups"), "")),
          new SessionConfig(
              SessionLimits.DEFAULTS.idle(),
              SessionLimits.DEFAULTS.absolute(),
              SessionLimits.DEFAULTS.recheck()));

  public AuthConfig {
    if (!enabled) {
      throw new ConfigurationException(
          "auth.enabled: expected true, found false. Harrier has no mode without authentication; on one machine its clients log in with the client.yaml that it writes, and nobody types anything.");
    }
    requireNonNull(policy, "policy");
    requireNonNull(userAuth, "userAuth");
    requireNonNull(appAuth, "appAuth");
    requireNonNull(session, "session");
    authorizedUris = List.copyOf(authorizedUris);
    authorizedUris.forEach(AuthConfig::checkUri);
    var all = new HashSet<String>();
    for (var provider : providers(userAuth, appAuth)) {
      if (!all.add("name " + provider.name()) || !all.add("issuer " + provider.issuer())) {
        throw new ConfigurationException(
            "auth.userAuth: expected each provider's name and issuer once, found '%s' of %s again"
                .formatted(provider.name(), provider.issuer()));
      }
    }
  }

  /**
   * People who log in.
   *
   * @param redirectUrl where a browser goes after a login that does not say: a path of this server
   * @param openId an outside provider
   * @param providers more of them
   */
  public record UserAuth(String redirectUrl, OpenIdConfig openId, List<OpenIdConfig> providers) {
    public UserAuth {
      requireNonNull(openId, "openId");
      providers = List.copyOf(providers);
      if (!redirectUrl.matches("/([A-Za-z0-9._~-][A-Za-z0-9._~/-]*)?")) {
        throw new ConfigurationException(
            "auth.userAuth.redirectUrl: expected a path of this server such as /console, found '%s'"
                .formatted(redirectUrl));
      }
    }
  }

  /** Programs that log in. */
  public record AppAuth(SelfAuthServer selfAuthServer, ExternalAuthServer externalAuthServer) {
    public AppAuth {
      requireNonNull(selfAuthServer, "selfAuthServer");
      requireNonNull(externalAuthServer, "externalAuthServer");
    }
  }

  /**
   * A provider whose access tokens programs may bring.
   *
   * @param baseUrl its issuer, letter by letter
   * @param allowedAudience for one of which a token must be
   * @param metadataUrl where it describes itself, if that is not where OpenID Connect has it
   * @param groupsClaims as with {@link OpenIdConfig}
   */
  public record ExternalAuthServer(
      Optional<String> baseUrl,
      List<String> allowedAudience,
      Optional<String> metadataUrl,
      List<String> groupsClaims,
      String groupsPrefix) {
    public ExternalAuthServer {
      allowedAudience = List.copyOf(allowedAudience);
      groupsClaims = List.copyOf(groupsClaims);
      if (baseUrl.isPresent() && allowedAudience.isEmpty()) {
        throw new ConfigurationException(
            "auth.appAuth.externalAuthServer.allowedAudience: expected the audience that the provider puts into tokens for this server, found none. Flyte would take any token that names the host of the request, which the request itself says.");
      }
      if (baseUrl.isEmpty() && !allowedAudience.isEmpty()) {
        throw new ConfigurationException(
            "auth.appAuth.externalAuthServer.baseUrl: expected the address of the provider, found none");
      }
    }
  }

  /**
   * Sessions of browsers.
   *
   * @param idleTimeout after which one ends that is not used
   * @param absoluteTimeout after which one ends however much it is used
   * @param recheckInterval after which a provider is asked whether it still vouches for somebody
   */
  public record SessionConfig(
      Duration idleTimeout, Duration absoluteTimeout, Duration recheckInterval) {
    private static final Duration MIN = Duration.ofSeconds(1);
    private static final Duration MAX = Duration.ofDays(90);

    public SessionConfig {
      if (idleTimeout.compareTo(MIN) < 0
          || absoluteTimeout.compareTo(idleTimeout) < 0
          || absoluteTimeout.compareTo(MAX) > 0) {
        throw new ConfigurationException(
            "auth.session: expected 1 s <= idleTimeout <= absoluteTimeout <= 90 d, found %s s and %s s"
                .formatted(idleTimeout.toSeconds(), absoluteTimeout.toSeconds()));
      }
      if (recheckInterval.compareTo(MIN) < 0 || recheckInterval.compareTo(MAX) > 0) {
        throw new ConfigurationException(
            "auth.session.recheckInterval: expected 1 s to 90 d, found %s s"
                .formatted(recheckInterval.toSeconds()));
      }
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

  /** The same of sessions. */
  public SessionLimits sessionLimits() {
    return new SessionLimits(
        session.idleTimeout(), session.absoluteTimeout(), session.recheckInterval());
  }

  /** The outside providers, in the order of the configuration. */
  public List<ProviderSettings> providers() {
    return providers(userAuth, appAuth);
  }

  private static List<ProviderSettings> providers(UserAuth users, AppAuth apps) {
    var all = new LinkedHashMap<String, OpenIdConfig>();
    if (users.openId().configured()) {
      all.put("auth.userAuth.openId", users.openId());
    }
    for (var i = 0; i < users.providers().size(); i++) {
      all.put("auth.userAuth.providers[%s]".formatted(i), users.providers().get(i));
    }
    var external = apps.externalAuthServer();
    var issuer = external.baseUrl();
    var settings = new ArrayList<ProviderSettings>();
    var taken = false;
    for (var one : all.entrySet()) {
      var path = one.getKey();
      // People and programs of one provider: it is asked once.
      var both = issuer.equals(Optional.of(one.getValue().issuer(path)));
      taken |= both;
      settings.add(one.getValue().settings(path, both ? external.allowedAudience() : List.of()));
    }
    if (issuer.isPresent() && !taken) {
      settings.add(external(external, issuer.get()));
    }
    return settings;
  }

  private static ProviderSettings external(ExternalAuthServer external, String issuer) {
    var path = "auth.appAuth.externalAuthServer";
    try {
      return new ProviderSettings(
          "external",
          "external",
          issuer,
          OpenIdConfig.metadata(path, external.baseUrl(), issuer, external.metadataUrl()),
          Optional.empty(),
          Set.copyOf(external.allowedAudience()),
          external.groupsClaims(),
          external.groupsPrefix());
    } catch (IllegalArgumentException wrong) {
      throw new ConfigurationException(path + "." + wrong.getMessage());
    }
  }

  private static void checkUri(String text) {
    if (WebAddress.parse(text).isEmpty()) {
      throw new ConfigurationException(
          "auth.authorizedUris: expected addresses such as https://console.example.org, found '%s'"
              .formatted(text));
    }
  }
}
