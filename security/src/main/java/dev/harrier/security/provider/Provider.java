package dev.harrier.security.provider;

import static java.util.Objects.requireNonNull;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.SignedJWT;
import dev.harrier.spi.RejectedException;
import java.io.IOException;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;

/** One provider: its metadata and keys as they are known, and what its tokens say. */
final class Provider {
  private static final Duration CLOCK_SKEW = Duration.ofSeconds(30);
  private static final Set<String> ACCESS_TYPES = Set.of("", "jwt", "at+jwt", "application/at+jwt");
  private static final Set<String> ID_TYPES = Set.of("", "jwt");

  private final ProviderSettings settings;
  private final Clock clock;
  private final RefreshingCache<ProviderMetadata> metadata;
  private final RefreshingCache<ProviderKeys> keys;

  Provider(ProviderSettings settings, ProviderHttp http, Clock clock, Executor executor) {
    this.settings = requireNonNull(settings, "settings");
    this.clock = requireNonNull(clock, "clock");
    var who = "The identity provider '%s'".formatted(settings.name());
    this.metadata = new RefreshingCache<>(who, before -> fetchMetadata(http), clock, executor);
    this.keys = new RefreshingCache<>(who, before -> fetchKeys(http, before), clock, executor);
  }

  /**
   * A token whose signature, issuer and times hold.
   *
   * @param keys that it was checked with
   */
  record Proven(Claims claims, Instant notBefore, Instant expiresAt, ProviderKeys keys) {}

  ProviderSettings settings() {
    return settings;
  }

  /**
   * @throws ProviderUnavailableException if they are not known and cannot be had
   */
  ProviderMetadata metadata() {
    return metadata.get();
  }

  /** Whether these are still the keys, so that what they proved holds. */
  boolean current(ProviderKeys seen) {
    return keys.get() == seen;
  }

  /**
   * An access token for one of the audiences that the operator named.
   *
   * @throws RejectedException UNAUTHENTICATED whatever is wrong with it
   */
  Proven accessToken(SignedJWT token) {
    var proven = proven(token, ACCESS_TYPES);
    var claims = proven.claims();
    if (claims.texts("aud").stream().noneMatch(settings.audiences()::contains)) {
      throw Claims.refused("it is for another audience than this server's");
    }
    // An ID token says to a client who logged in; whoever holds one must not act with it.
    if (claims.all().containsKey("nonce")
        || claims.all().containsKey("at_hash")
        || claims.all().containsKey("events")
        || Set.of("ID", "Refresh", "Offline", "Logout").contains(claims.shown("typ"))) {
      throw Claims.refused("expected an access token, found one of another kind");
    }
    return proven;
  }

  /** An ID token that answers this login. */
  Proven idToken(String token, String nonce) {
    var login = settings.login().orElseThrow();
    var proven = proven(parsed(token), ID_TYPES);
    var claims = proven.claims();
    var audiences = claims.texts("aud");
    if (!audiences.contains(login.clientId())) {
      throw Claims.refused("it is for another client");
    }
    var party = claims.text("azp");
    if (party.map(one -> !one.equals(login.clientId())).orElse(audiences.size() > 1)) {
      throw Claims.refused("it was given to another client");
    }
    if (!nonce.isEmpty() && !claims.text("nonce").equals(Optional.of(nonce))) {
      throw Claims.refused("it answers another login");
    }
    return proven;
  }

  static SignedJWT parsed(String token) {
    try {
      return SignedJWT.parse(token);
    } catch (ParseException | IllegalArgumentException | IllegalStateException e) {
      throw Claims.refused("it is no signed token");
    }
  }

  private Proven proven(SignedJWT token, Set<String> types) {
    checkHeader(token.getHeader(), types);
    var used = keys.get();
    var id = token.getHeader().getKeyID();
    if (used.of(id).isEmpty()) {
      used = keys.newerThan(used);
    }
    var named = used.of(id);
    if (named.isEmpty()) {
      throw Claims.refused("it names a key that its issuer does not have");
    }
    if (named.stream().noneMatch(key -> Signatures.holds(token, key))) {
      throw Claims.refused("its signature is wrong");
    }
    return checked(token, used);
  }

  private static void checkHeader(JWSHeader header, Set<String> types) {
    if (!Signatures.ALLOWED.contains(header.getAlgorithm())) {
      throw Claims.refused(
          "expected an algorithm of a key pair (RS, PS, ES or EdDSA), found another");
    }
    var type =
        Optional.ofNullable(header.getType())
            .map(JOSEObjectType::getType)
            .orElse("")
            .toLowerCase(Locale.ROOT);
    if (!types.contains(type)) {
      throw Claims.refused("it is a token of another type");
    }
    if (header.getCriticalParams() != null && !header.getCriticalParams().isEmpty()) {
      throw Claims.refused("it asks for extensions that this server does not know");
    }
    if (header.getKeyID() == null) {
      throw Claims.refused("it names no key");
    }
  }

  private Proven checked(SignedJWT token, ProviderKeys used) {
    var body = token.getPayload().toJSONObject();
    if (body == null) {
      throw Claims.refused("it is no signed token");
    }
    var claims = new Claims(body);
    if (!settings.issuer().equals(claims.needed("iss"))) {
      throw Claims.refused("it was made by another issuer");
    }
    var now = clock.instant();
    var expiresAt = claims.time("exp").orElseThrow(() -> Claims.refused("it has no end"));
    if (!now.isBefore(expiresAt)) {
      throw Claims.refused("it ended at %s".formatted(expiresAt));
    }
    var notBefore = claims.time("nbf").orElse(Instant.EPOCH);
    var begins = claims.time("iat").filter(notBefore::isBefore).orElse(notBefore);
    if (now.plus(CLOCK_SKEW).isBefore(begins)) {
      throw Claims.refused("it begins only at %s".formatted(begins));
    }
    return new Proven(claims, begins, expiresAt, used);
  }

  private ProviderMetadata fetchMetadata(ProviderHttp http) throws IOException {
    var answer = http.get(settings.metadata());
    if (answer.status() != 200) {
      throw new IOException("it answered status %s".formatted(answer.status()));
    }
    return ProviderMetadata.of(settings, answer.body());
  }

  private ProviderKeys fetchKeys(ProviderHttp http, Optional<ProviderKeys> before)
      throws IOException {
    var answer = http.get(metadata.get().keys());
    if (answer.status() != 200) {
      throw new IOException("it answered status %s".formatted(answer.status()));
    }
    return ProviderKeys.of(answer.body(), before);
  }
}
