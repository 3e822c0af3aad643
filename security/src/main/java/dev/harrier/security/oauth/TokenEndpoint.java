package dev.harrier.security.oauth;

import static java.util.Objects.requireNonNull;

import dev.harrier.security.Secret;
import dev.harrier.security.client.Client;
import dev.harrier.security.session.People;
import dev.harrier.security.token.TokenIssuer;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.StoreUnavailableException;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.Set;

/** Hands out tokens for codes, refresh tokens, device codes and clients' own credentials. */
public final class TokenEndpoint {
  private final ClientAuthentication authentication;
  private final Grants grants;
  private final AuthorizationCodes codes;
  private final RefreshTokens refreshTokens;
  private final DeviceEndpoint devices;
  private final TokenIssuer issuer;
  private final People people;

  TokenEndpoint(
      ClientAuthentication authentication,
      Grants grants,
      AuthorizationCodes codes,
      RefreshTokens refreshTokens,
      DeviceEndpoint devices,
      TokenIssuer issuer,
      People people) {
    this.authentication = requireNonNull(authentication, "authentication");
    this.grants = requireNonNull(grants, "grants");
    this.codes = requireNonNull(codes, "codes");
    this.refreshTokens = requireNonNull(refreshTokens, "refreshTokens");
    this.devices = requireNonNull(devices, "devices");
    this.issuer = requireNonNull(issuer, "issuer");
    this.people = requireNonNull(people, "people");
  }

  /**
   * Answers one request.
   *
   * @param shown what proves the client
   * @param form the body, {@code application/x-www-form-urlencoded}
   */
  public Answer answer(ClientProof shown, String form) {
    try {
      var parameters = Parameters.parse(form);
      var grant = parameters.get("grant_type").orElse("");
      return switch (grant) {
        case GrantTypes.CLIENT_CREDENTIALS ->
            credentials(authentication.client(shown, parameters), parameters);
        case GrantTypes.CODE -> tokens(code(authentication.client(shown, parameters), parameters));
        case GrantTypes.REFRESH -> refreshed(authentication.client(shown, parameters), parameters);
        case GrantTypes.DEVICE ->
            tokens(
                devices.redeem(
                    new Secret(parameters.required("device_code")),
                    authentication.client(shown, parameters).id()));
        default ->
            throw new OauthException(
                "unsupported_grant_type", "Expected one of: " + String.join(", ", GrantTypes.ALL));
      };
    } catch (OauthException e) {
      return Answer.refusal(e);
    } catch (RejectedException e) {
      return Answer.refusal(OauthException.invalidGrant(String.valueOf(e.getMessage())));
    } catch (StoreUnavailableException e) {
      return Answer.unavailable();
    }
  }

  private Answer credentials(Client client, Parameters parameters) throws OauthException {
    if (!client.confidential()) {
      throw new OauthException(
          "unauthorized_client", "This client has no credentials of its own to get a token for.");
    }
    // Asked for by stock clients that way; there is no refresh token for who can ask again.
    var unused = Scopes.parse(parameters.get("scope").orElse(""));
    var scopes = Set.of(Scopes.ALL);
    return answer(
        issuer.forClient(client.id(), scopes, grants.lifetimes().accessToken()),
        scopes,
        Optional.empty());
  }

  private Redeemed code(Client client, Parameters parameters) throws OauthException {
    return codes.redeem(
        new Secret(parameters.required("code")),
        client.id(),
        parameters.required("redirect_uri"),
        Pkce.challenge(parameters.required("code_verifier")));
  }

  private Answer refreshed(Client client, Parameters parameters) throws OauthException {
    // Looked at before the token is used up: a wrong scope must not cost the login.
    var asked = parameters.get("scope");
    var wanted = Scopes.parse(asked.orElse(""));
    var token = new Secret(parameters.required("refresh_token"));
    var current = refreshTokens.find(token);
    if (asked.isPresent() && current.isPresent() && !current.get().scopes().containsAll(wanted)) {
      throw new OauthException("invalid_scope", "Expected no more than the login allowed.");
    }
    return tokens(refreshTokens.redeem(token, client.id()));
  }

  private Answer tokens(Redeemed redeemed) {
    var grant = redeemed.grant();
    return answer(token(grant), grant.scopes(), redeemed.refreshToken());
  }

  private TokenIssuer.Token token(Grants.Grant grant) {
    var lifetime = grants.accessLifetime(grant);
    // Somebody of a provider has the groups that it named last.
    return people
        .find(grant.subject())
        .map(person -> person.caller(Optional.of(grant.clientId()), grant.scopes()))
        .map(
            caller ->
                issuer.forGrant(
                    grant.id(),
                    caller,
                    grant.strength(),
                    grant.clientId(),
                    grant.scopes(),
                    lifetime))
        .orElseGet(
            () ->
                issuer.forGrant(
                    grant.id(),
                    grant.subject(),
                    grant.strength(),
                    grant.clientId(),
                    grant.scopes(),
                    lifetime));
  }

  private static Answer answer(
      TokenIssuer.Token token, Set<String> scopes, Optional<Secret> refreshToken) {
    var body = new LinkedHashMap<String, Object>();
    body.put("access_token", token.value().reveal());
    body.put("token_type", "Bearer");
    body.put("expires_in", token.lifetime().toSeconds());
    body.put("scope", String.join(" ", scopes.stream().sorted().toList()));
    refreshToken.ifPresent(refresh -> body.put("refresh_token", refresh.reveal()));
    return Answer.ok(body);
  }
}
