package dev.harrier.security.provider;

import dev.harrier.security.WebAddress;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a provider says of itself (OpenID Connect Discovery, RFC 8414), as far as it is used.
 *
 * @param secretInBody whether it takes a client's secret in the body alone
 * @param namesItself whether it says with each browser that it sends back who it is (RFC 9207)
 */
record ProviderMetadata(
    Optional<URI> authorization,
    Optional<URI> token,
    URI keys,
    boolean secretInBody,
    boolean namesItself) {

  /**
   * Reads it.
   *
   * @throws IOException if it is not this provider's, or names no usable addresses
   */
  static ProviderMetadata of(ProviderSettings settings, Map<String, Object> document)
      throws IOException {
    if (!settings.issuer().equals(document.get("issuer"))) {
      throw new IOException(
          "its metadata are of the issuer '%s'; expected '%s', letter by letter"
              .formatted(document.get("issuer"), settings.issuer()));
    }
    var keys =
        address(document, "jwks_uri")
            .orElseThrow(() -> new IOException("its metadata name no jwks_uri"));
    var authorization = address(document, "authorization_endpoint");
    var token = address(document, "token_endpoint");
    if (settings.login().isPresent() && (authorization.isEmpty() || token.isEmpty())) {
      throw new IOException("its metadata name no authorization_endpoint and token_endpoint");
    }
    var methods = document.get("token_endpoint_auth_methods_supported");
    var secretInBody =
        methods instanceof List<?> list
            && list.contains("client_secret_post")
            && !list.contains("client_secret_basic");
    var namesItself =
        Boolean.TRUE.equals(document.get("authorization_response_iss_parameter_supported"));
    return new ProviderMetadata(authorization, token, keys, secretInBody, namesItself);
  }

  private static Optional<URI> address(Map<String, Object> document, String name)
      throws IOException {
    if (!(document.get(name) instanceof String text)) {
      return Optional.empty();
    }
    try {
      var address = URI.create(text);
      if (WebAddress.safe(address)) {
        return Optional.of(address);
      }
    } catch (IllegalArgumentException e) {
      // Told below, as an address that must not be used.
    }
    throw new IOException("its metadata name a %s that is no address with https".formatted(name));
  }
}
