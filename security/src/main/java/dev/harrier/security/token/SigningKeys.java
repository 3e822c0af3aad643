package dev.harrier.security.token;

import static java.util.Objects.requireNonNull;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.JSONObjectUtils;
import dev.harrier.spi.machine.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The RSA keys of this home's tokens: one signs, former ones verify until the last token that they
 * signed has ended. They are in a file of the home and not in the database: who reads a copy of the
 * database must not be able to sign.
 */
public final class SigningKeys {
  private static final int SIZE_BITS = 2048;

  /** How long a key signs. */
  static final Duration SIGNS = Duration.ofDays(30);

  /** How long a former key verifies: longer than any of its tokens lives. */
  static final Duration VERIFIES = TokenIssuer.LIFETIME_MAX.plus(Duration.ofHours(1));

  private final Optional<Path> file;
  private final Clock clock;
  private volatile Keys keys;

  /** What is used together; the signing key is the last. */
  private record Keys(List<RSAKey> all, Map<String, JWSVerifier> verifiers, String jwks) {
    static Keys of(List<RSAKey> all) {
      var verifiers = new LinkedHashMap<String, JWSVerifier>();
      try {
        for (var key : all) {
          verifiers.put(key.getKeyID(), new RSASSAVerifier(key.toRSAPublicKey()));
        }
      } catch (JOSEException e) {
        throw new IllegalStateException("A signing key verifies nothing.", e);
      }
      var set = new JWKSet(List.<JWK>copyOf(all)).toPublicJWKSet().toString();
      return new Keys(List.copyOf(all), Map.copyOf(verifiers), set);
    }

    RSAKey signing() {
      return all.getLast();
    }
  }

  private SigningKeys(Optional<Path> file, Clock clock, List<RSAKey> all) {
    this.file = file;
    this.clock = clock;
    this.keys = Keys.of(all);
  }

  /** Reads the keys from a file of mode 0600, or makes one at the first start. */
  public static SigningKeys open(Path file, Clock clock) throws IOException {
    requireNonNull(clock, "clock");
    if (Files.exists(file)) {
      return new SigningKeys(Optional.of(file), clock, parse(file));
    }
    var made = new SigningKeys(Optional.of(file), clock, List.of(make(clock.instant())));
    made.write(made.keys.all());
    return made;
  }

  /** A key that lives as long as the process. */
  public static SigningKeys generate() {
    var clock = Clock.systemUTC();
    return new SigningKeys(Optional.empty(), clock, List.of(make(clock.instant())));
  }

  /** The public halves as a JWKS document (RFC 7517). */
  public String jwks() {
    return keys.jwks();
  }

  /** Lets a new key sign from now on; the one before it verifies until its tokens have ended. */
  public synchronized void rotate() throws IOException {
    var now = clock.instant();
    var all = new ArrayList<RSAKey>();
    for (var key : keys.all()) {
      var ends = key.getExpirationTime();
      if (ends == null) {
        all.add(new RSAKey.Builder(key).expirationTime(Date.from(now.plus(VERIFIES))).build());
      } else if (ends.toInstant().isAfter(now)) {
        all.add(key);
      }
    }
    all.add(make(now));
    write(all);
    keys = Keys.of(all);
  }

  /**
   * Lets a new key sign and forgets all others: whatever they signed ends now, no matter who signed
   * it. For when somebody else may have had one.
   */
  public synchronized void replace() throws IOException {
    var all = List.of(make(clock.instant()));
    write(all);
    keys = Keys.of(all);
  }

  /** Rotates if the signing key is old, and forgets keys whose tokens have all ended. */
  public synchronized void keepFresh() throws IOException {
    var now = clock.instant();
    var made = keys.signing().getIssueTime();
    if (made == null || !made.toInstant().plus(SIGNS).isAfter(now)) {
      rotate();
      return;
    }
    var kept =
        keys.all().stream()
            .filter(key -> key.getExpirationTime() == null || isAfter(key, now))
            .toList();
    if (kept.size() < keys.all().size()) {
      write(kept);
      keys = Keys.of(kept);
    }
  }

  RSAKey signing() {
    return keys.signing();
  }

  /** What checks signatures of the key with this id, if it is one of this home's. */
  Optional<JWSVerifier> verifier(String keyId) {
    return Optional.ofNullable(keys.verifiers().get(keyId));
  }

  private void write(List<RSAKey> all) throws IOException {
    if (file.isPresent()) {
      var set = new JWKSet(List.<JWK>copyOf(all)).toJSONObject(false);
      PrivateFiles.write(file.get(), JSONObjectUtils.toJSONString(set));
    }
  }

  private static boolean isAfter(RSAKey key, Instant now) {
    return key.getExpirationTime().toInstant().isAfter(now);
  }

  private static List<RSAKey> parse(Path file) throws IOException {
    var text = PrivateFiles.read(file);
    try {
      var keys = new ArrayList<RSAKey>();
      // The first release kept a single key there.
      if (JSONObjectUtils.parse(text).containsKey("keys")) {
        for (var key : JWKSet.parse(text).getKeys()) {
          keys.add(key.toRSAKey());
        }
      } else {
        keys.add(RSAKey.parse(text));
      }
      if (keys.isEmpty()
          || !keys.stream().allMatch(key -> key.isPrivate() && key.getKeyID() != null)
          || keys.getLast().getExpirationTime() != null) {
        throw new IOException("%s holds no private RSA key with an id.".formatted(file));
      }
      return keys;
    } catch (ParseException | ClassCastException e) {
      throw new IOException(
          "%s is no signing key. Delete it and the next start makes a new one; tokens of the old one end."
              .formatted(file),
          e);
    }
  }

  private static RSAKey make(Instant now) {
    try {
      return new RSAKeyGenerator(SIZE_BITS)
          .keyUse(KeyUse.SIGNATURE)
          .algorithm(JWSAlgorithm.RS256)
          .keyIDFromThumbprint(true)
          .issueTime(Date.from(now))
          .generate();
    } catch (JOSEException e) {
      throw new IllegalStateException("This Java makes no RSA keys.", e);
    }
  }
}
