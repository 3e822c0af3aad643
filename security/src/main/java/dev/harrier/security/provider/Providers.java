package dev.harrier.security.provider;

import static java.util.Objects.requireNonNull;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jwt.SignedJWT;
import dev.harrier.security.Caller;
import dev.harrier.security.Subjects;
import dev.harrier.security.token.Endings;
import dev.harrier.security.token.ForeignTokens;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;

/**
 * The outside providers that an operator trusts: tells whose access tokens theirs are, and logs
 * people in there. None of them needs to be up when this server starts.
 */
public final class Providers implements ForeignTokens, AutoCloseable {
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);
  private static final int TOKEN_CHARACTERS_MAX = 16 * 1024;
  private static final int CACHED_TOKENS_MAX = 4096;
  private static final Pattern SHAPE =
      Pattern.compile("[A-Za-z0-9_-]++\\.[A-Za-z0-9_-]++\\.[A-Za-z0-9_-]++");

  /** Where the issuers that are asked for name a client, in this order. */
  private static final List<String> CLIENT_CLAIMS = List.of("client_id", "azp", "cid", "appid");

  private final Map<String, Provider> byIssuer = new LinkedHashMap<>();
  private final Map<String, ProviderLogin> logins = new LinkedHashMap<>();
  private final Endings endings;
  private final Clock clock;
  private final ProviderHttp http = new ProviderHttp(ANSWER_LIMIT);
  private final ExecutorService executor =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("harrier-provider-", 0).factory());

  // As with the server's own tokens: the signature is checked once, all that may change each time.
  private final Cache<String, Seen> seen =
      Caffeine.newBuilder().maximumSize(CACHED_TOKENS_MAX).executor(Runnable::run).build();

  private record Seen(
      Provider provider, ProviderKeys keys, Caller caller, Instant notBefore, Instant expiresAt) {}

  /**
   * @param settings of each; no two with the same name or issuer
   * @param callback where browsers come back to; each to an address of its own below it where there
   *     are several, so that none can answer for another
   * @param endings tells who was disabled here
   */
  public Providers(List<ProviderSettings> settings, String callback, Endings endings, Clock clock) {
    this.endings = requireNonNull(endings, "endings");
    this.clock = requireNonNull(clock, "clock");
    var several = settings.stream().filter(one -> one.login().isPresent()).count() > 1;
    for (var one : settings) {
      var provider = new Provider(one, http, clock, executor);
      if (byIssuer.put(one.issuer(), provider) != null || logins.containsKey(one.name())) {
        throw new IllegalArgumentException(
            "providers: expected each name and issuer once, found another '%s' of %s"
                .formatted(one.name(), one.issuer()));
      }
      if (one.login().isPresent()) {
        var back = several ? callback + "/" + one.name() : callback;
        logins.put(one.name(), new ProviderLogin(provider, http, back));
      }
    }
  }

  /** Where people can log in with a browser, in the operator's order. */
  public List<ProviderLogin> logins() {
    return List.copyOf(logins.values());
  }

  /** The one of this name. */
  public Optional<ProviderLogin> login(String name) {
    return Optional.ofNullable(logins.get(name));
  }

  @Override
  public Optional<Caller> caller(String token) {
    if (byIssuer.isEmpty()) {
      return Optional.empty();
    }
    var before = seen.getIfPresent(token);
    if (before != null && before.provider().current(before.keys())) {
      return Optional.of(standing(before));
    }
    if (token.length() > TOKEN_CHARACTERS_MAX || !SHAPE.matcher(token).matches()) {
      return Optional.empty();
    }
    SignedJWT parsed;
    Provider provider;
    try {
      parsed = SignedJWT.parse(token);
      var body = parsed.getPayload().toJSONObject();
      // Nothing is believed yet: the issuer only says with whose keys to check.
      provider =
          body == null || !(body.get("iss") instanceof String issuer) ? null : byIssuer.get(issuer);
    } catch (ParseException | IllegalArgumentException | IllegalStateException e) {
      // No token at all; whose it is not is told by who takes the server's own.
      return Optional.empty();
    }
    if (provider == null) {
      return Optional.empty();
    }
    var checked = checked(provider, parsed);
    var caller = standing(checked);
    seen.put(token, checked);
    return Optional.of(caller);
  }

  private Caller standing(Seen token) {
    var now = clock.instant();
    if (!now.isBefore(token.expiresAt())) {
      throw Claims.refused("it ended at %s".formatted(token.expiresAt()));
    }
    if (endings.ended(token.caller().principal(), List.of())) {
      throw Claims.refused("its owner is disabled here");
    }
    return token.caller();
  }

  private static Seen checked(Provider provider, SignedJWT token) {
    if (provider.settings().audiences().isEmpty()) {
      throw Claims.refused(
          "no audience is configured for which access tokens of this issuer are taken");
    }
    var proven = provider.accessToken(token);
    var claims = proven.claims();
    var clientId = CLIENT_CLAIMS.stream().flatMap(name -> claims.text(name).stream()).findFirst();
    var scopes = new LinkedHashSet<>(claims.words("scope"));
    scopes.addAll(claims.words("scp"));
    var caller =
        person(provider.settings(), claims).caller(clientId, scopes).after(claims.strength());
    return new Seen(provider, proven.keys(), caller, proven.notBefore(), proven.expiresAt());
  }

  /** Whom the claims of a proven token name. */
  static Person person(ProviderSettings settings, Claims claims) {
    var subject = claims.needed("sub");
    if (Subjects.ofThisInstallation(subject)) {
      throw Claims.refused("its subject has the form of this installation's own");
    }
    return new Person(
        settings.issuer(),
        subject,
        Set.copyOf(claims.groups(settings.groupClaims(), settings.groupPrefix())),
        shownName(claims),
        claims.shown("email"));
  }

  private static String shownName(Claims claims) {
    var preferred = claims.shown("preferred_username");
    return preferred.isEmpty() ? claims.shown("name") : preferred;
  }

  @Override
  public void close() {
    executor.shutdownNow();
    http.close();
  }
}
