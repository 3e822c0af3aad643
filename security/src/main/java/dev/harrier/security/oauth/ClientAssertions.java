package dev.harrier.security.oauth;

import static java.util.Objects.requireNonNull;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import dev.harrier.database.Arguments;
import dev.harrier.database.Database;
import dev.harrier.security.client.Client;
import dev.harrier.security.client.Clients;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * Clients that prove themselves by a signature ({@code private_key_jwt}, RFC 7523): each assertion
 * is for this server alone, lives for an hour at most, and is good once.
 */
final class ClientAssertions {
  private static final String TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
  private static final int CHARACTERS_MAX = 16 * 1024;
  private static final int ID_CHARACTERS_MAX = 256;

  /** Authlib takes an hour, and its clock may be a minute off; each is good once all the same. */
  private static final Duration LIFETIME_MAX = Duration.ofMinutes(61);

  /** A clock that is a minute off still lets one pass; so it is kept for longer. */
  private static final Duration KEPT_LONGER = Duration.ofMinutes(10);

  private static final Duration CLOCK_SKEW = Duration.ofMinutes(1);

  /** With which clients may sign. */
  static final List<JWSAlgorithm> ALGORITHMS =
      List.of(JWSAlgorithm.RS256, JWSAlgorithm.PS256, JWSAlgorithm.ES256);

  private final Set<String> audiences;
  private final Clients clients;
  private final Database database;
  private final Clock clock;

  /**
   * @param audiences what an assertion may be for: this server's issuer, or its token endpoint
   */
  ClientAssertions(Set<String> audiences, Clients clients, Database database, Clock clock) {
    this.audiences = Set.copyOf(audiences);
    this.clients = requireNonNull(clients, "clients");
    this.database = requireNonNull(database, "database");
    this.clock = requireNonNull(clock, "clock");
  }

  /**
   * The client that signed.
   *
   * @throws OauthException invalid_client whatever is wrong with the assertion
   */
  Client client(Parameters parameters) throws OauthException {
    var assertion = parameters.required("client_assertion");
    if (!parameters.required("client_assertion_type").equals(TYPE)
        || parameters.get("client_secret").isPresent()
        || assertion.length() > CHARACTERS_MAX) {
      throw OauthException.invalidClient();
    }
    try {
      var parsed = SignedJWT.parse(assertion);
      var id = parsed.getJWTClaimsSet().getSubject();
      var client = id == null ? null : clients.find(id).orElse(null);
      if (client == null || !(client.proof() instanceof Client.Proof.ByKeys keys)) {
        throw OauthException.invalidClient();
      }
      if (!parameters.get("client_id").orElse(id).equals(id)) {
        throw OauthException.invalidClient();
      }
      var claims = verified(parsed, client.id(), keys.jwks());
      useUp(client.id(), claims.getJWTID(), claims.getExpirationTime().toInstant());
      return client;
    } catch (ParseException | JOSEException | BadJOSEException | IllegalArgumentException e) {
      // Its reason may quote the assertion.
      throw OauthException.invalidClient();
    }
  }

  private JWTClaimsSet verified(SignedJWT assertion, String id, String jwks)
      throws ParseException, JOSEException, BadJOSEException, OauthException {
    var processor = new DefaultJWTProcessor<SecurityContext>();
    processor.setJWSKeySelector(
        new JWSVerificationKeySelector<>(
            Set.copyOf(ALGORITHMS), new ImmutableJWKSet<>(JWKSet.parse(jwks))));
    // What it says is compared below, by this program's own clock.
    processor.setJWTClaimsSetVerifier((claims, context) -> {});
    var claims = processor.process(assertion, null);
    var now = clock.instant();
    var expires = claims.getExpirationTime();
    var begins = claims.getNotBeforeTime();
    // One that is for another server, too, could be shown here by that server.
    if (claims.getAudience().size() != 1
        || !audiences.contains(claims.getAudience().getFirst())
        || !id.equals(claims.getIssuer())
        || !id.equals(claims.getSubject())
        || claims.getJWTID() == null
        || expires == null
        || !now.minus(CLOCK_SKEW).isBefore(expires.toInstant())
        || (begins != null && now.plus(CLOCK_SKEW).isBefore(begins.toInstant()))) {
      throw OauthException.invalidClient();
    }
    return claims;
  }

  private void useUp(String clientId, String assertionId, Instant expiresAt) throws OauthException {
    if (assertionId.isEmpty()
        || assertionId.indexOf('\0') >= 0
        || assertionId.length() > ID_CHARACTERS_MAX
        || expiresAt.isAfter(clock.instant().plus(LIFETIME_MAX))) {
      throw OauthException.invalidClient();
    }
    var fresh =
        database
            .api()
            .run(
                "use a client's assertion",
                connection -> {
                  try (var statement =
                      connection.prepareStatement(
                          "INSERT INTO client_assertion (client_id, assertion_id, expires_at)"
                              + " VALUES (?, ?, ?) ON CONFLICT DO NOTHING")) {
                    Arguments.of(statement)
                        .text(clientId)
                        .text(assertionId)
                        .instant(expiresAt.plus(KEPT_LONGER));
                    return statement.executeUpdate() == 1;
                  }
                });
    if (!fresh) {
      throw OauthException.invalidClient();
    }
  }
}
