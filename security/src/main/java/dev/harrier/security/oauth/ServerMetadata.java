package dev.harrier.security.oauth;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.util.JSONObjectUtils;
import dev.harrier.security.client.Client;
import dev.harrier.security.token.ServerAddress;
import flyteidl.service.Auth.OAuth2MetadataResponse;
import flyteidl.service.Auth.PublicClientAuthConfigResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * What the server says of itself: in Flyte's message, and in whole as RFC 8414 has it.
 *
 * @param certificates whether clients may show certificates
 */
public record ServerMetadata(ServerAddress address, boolean certificates) {
  private static final List<String> SIGNATURES =
      ClientAssertions.ALGORITHMS.stream().map(JWSAlgorithm::getName).toList();

  /** The fields that Flyte's clients ask for. */
  public OAuth2MetadataResponse message() {
    return OAuth2MetadataResponse.newBuilder()
        .setIssuer(address.issuer())
        .setAuthorizationEndpoint(address.at(ServerAddress.AUTHORIZE_PATH))
        .setTokenEndpoint(address.at(ServerAddress.TOKEN_PATH))
        .setJwksUri(address.at(ServerAddress.JWKS_PATH))
        .setDeviceAuthorizationEndpoint(address.at(ServerAddress.DEVICE_AUTHORIZATION_PATH))
        .addResponseTypesSupported("code")
        .addAllScopesSupported(Scopes.OFFERED)
        .addAllTokenEndpointAuthMethodsSupported(proofs(true))
        .addCodeChallengeMethodsSupported(Pkce.METHOD)
        .addAllGrantTypesSupported(GrantTypes.ALL)
        .build();
  }

  /** How stock flytectl and pyflyte log in: they come with no client of their own. */
  public static PublicClientAuthConfigResponse publicClient() {
    return PublicClientAuthConfigResponse.newBuilder()
        .setClientId(Client.STOCK.id())
        .setRedirectUri(Client.STOCK.redirectUris().getFirst())
        .addAllScopes(Scopes.OFFERED)
        .setAuthorizationMetadataKey("flyte-authorization")
        .build();
  }

  private List<String> proofs(boolean alsoNone) {
    var proofs =
        new ArrayList<>(List.of("client_secret_basic", "client_secret_post", "private_key_jwt"));
    if (certificates) {
      proofs.add("tls_client_auth");
    }
    if (alsoNone) {
      proofs.add("none");
    }
    return proofs;
  }

  /** The whole document. */
  public String json() {
    var body = new LinkedHashMap<String, Object>();
    body.put("issuer", address.issuer());
    body.put("authorization_endpoint", address.at(ServerAddress.AUTHORIZE_PATH));
    body.put("token_endpoint", address.at(ServerAddress.TOKEN_PATH));
    body.put("jwks_uri", address.at(ServerAddress.JWKS_PATH));
    body.put("device_authorization_endpoint", address.at(ServerAddress.DEVICE_AUTHORIZATION_PATH));
    body.put("revocation_endpoint", address.at(ServerAddress.REVOKE_PATH));
    body.put("introspection_endpoint", address.at(ServerAddress.INTROSPECT_PATH));
    body.put("response_types_supported", List.of("code"));
    body.put("response_modes_supported", List.of("query"));
    body.put("scopes_supported", Scopes.OFFERED);
    body.put("grant_types_supported", GrantTypes.ALL);
    body.put("code_challenge_methods_supported", List.of(Pkce.METHOD));
    body.put("token_endpoint_auth_methods_supported", proofs(true));
    body.put("token_endpoint_auth_signing_alg_values_supported", SIGNATURES);
    body.put("revocation_endpoint_auth_methods_supported", proofs(true));
    body.put("revocation_endpoint_auth_signing_alg_values_supported", SIGNATURES);
    body.put("introspection_endpoint_auth_methods_supported", proofs(false));
    body.put("introspection_endpoint_auth_signing_alg_values_supported", SIGNATURES);
    body.put("authorization_response_iss_parameter_supported", true);
    return JSONObjectUtils.toJSONString(body);
  }
}
