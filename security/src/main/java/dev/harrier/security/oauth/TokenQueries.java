package dev.harrier.security.oauth;

import static java.util.Objects.requireNonNull;

import dev.harrier.security.Secret;
import dev.harrier.security.Subjects;
import dev.harrier.security.token.TokenVerifier;
import dev.harrier.security.token.TokenVerifier.VerifiedToken;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.StoreUnavailableException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a client asks about a token that it has: to end it (RFC 7009), or what it is (RFC 7662). */
public final class TokenQueries {
  private static final Logger LOG = LoggerFactory.getLogger(TokenQueries.class);

  private final String issuer;
  private final ClientAuthentication authentication;
  private final Grants grants;
  private final RefreshTokens refreshTokens;
  private final TokenVerifier verifier;

  TokenQueries(
      String issuer,
      ClientAuthentication authentication,
      Grants grants,
      RefreshTokens refreshTokens,
      TokenVerifier verifier) {
    this.issuer = requireNonNull(issuer, "issuer");
    this.authentication = requireNonNull(authentication, "authentication");
    this.grants = requireNonNull(grants, "grants");
    this.refreshTokens = requireNonNull(refreshTokens, "refreshTokens");
    this.verifier = requireNonNull(verifier, "verifier");
  }

  /**
   * Ends a token, with all that came of the same login. One that is unknown, over or another
   * client's gets the same answer, and nothing happens.
   */
  public Answer revoke(ClientProof shown, String form) {
    try {
      var parameters = Parameters.parse(form);
      var client = authentication.client(shown, parameters);
      var token = parameters.required("token");
      var access = access(token);
      if (access.isPresent()) {
        var owner = access.get().caller().clientId();
        if (owner.equals(Optional.of(client.id()))) {
          LOG.info(
              "Token revoked by client={} subject={} grant={}",
              client.id(),
              access.get().caller(),
              access.get().grantId().orElse(""));
          access
              .get()
              .grantId()
              .ifPresentOrElse(grants::revoke, () -> grants.revokeToken(access.get()));
        }
      } else {
        // Also one that was rotated since: who ends a login may hold no newer one.
        refreshTokens
            .origin(new Secret(token))
            .filter(grant -> grant.clientId().equals(client.id()))
            .ifPresent(
                grant -> {
                  LOG.info(
                      "Login revoked by client={} subject={} grant={}",
                      client.id(),
                      grant.subject(),
                      grant.id());
                  grants.revoke(grant.id());
                });
      }
      return Answer.ok(Map.of());
    } catch (OauthException e) {
      return Answer.refusal(e);
    } catch (StoreUnavailableException e) {
      return Answer.unavailable();
    }
  }

  /** Tells a client with credentials of its own what a token is; of a bad one no more than that. */
  public Answer introspect(ClientProof shown, String form) {
    try {
      var parameters = Parameters.parse(form);
      var client = authentication.client(shown, parameters);
      if (!client.confidential()) {
        throw OauthException.invalidClient();
      }
      var token = parameters.required("token");
      var access = access(token);
      if (access.isPresent()) {
        return Answer.ok(described(access.get()));
      }
      return Answer.ok(
          refreshTokens
              .find(new Secret(token))
              .filter(grant -> grant.clientId().equals(client.id()))
              .map(this::described)
              .orElse(Map.of("active", false)));
    } catch (OauthException e) {
      return Answer.refusal(e);
    } catch (StoreUnavailableException e) {
      return Answer.unavailable();
    }
  }

  private Map<String, Object> described(VerifiedToken token) {
    var caller = token.caller();
    var body = new LinkedHashMap<String, Object>();
    body.put("active", true);
    body.put("token_type", "Bearer");
    body.put("scope", String.join(" ", caller.scopes().stream().sorted().toList()));
    caller.clientId().ifPresent(id -> body.put("client_id", id));
    Subjects.userName(caller.principal()).ifPresent(name -> body.put("username", name));
    body.put("sub", caller.principal());
    body.put("iss", issuer);
    body.put("aud", issuer);
    body.put("iat", token.issuedAt().getEpochSecond());
    body.put("exp", token.expiresAt().getEpochSecond());
    body.put("jti", token.id());
    return body;
  }

  private Map<String, Object> described(Grants.Grant grant) {
    var body = new LinkedHashMap<String, Object>();
    body.put("active", true);
    body.put("scope", String.join(" ", grant.scopes().stream().sorted().toList()));
    body.put("client_id", grant.clientId());
    body.put("sub", grant.subject());
    body.put("iss", issuer);
    return body;
  }

  private Optional<VerifiedToken> access(String token) {
    try {
      return Optional.of(verifier.read(token));
    } catch (RejectedException e) {
      // No access token, or none any more: what it may be instead is looked at next.
      return Optional.empty();
    }
  }
}
