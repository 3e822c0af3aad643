package dev.harrier.security.oauth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.harrier.security.Secret;
import dev.harrier.security.client.Client;
import dev.harrier.security.client.Clients;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the client of a request and what proves it: a secret in the header or the body, a signed
 * assertion, the connection's certificate, or nothing for a public client.
 */
final class ClientAuthentication {
  private static final String BASIC = "basic ";

  private static final Logger LOG = LoggerFactory.getLogger(ClientAuthentication.class);

  private final Clients clients;
  private final ClientAssertions assertions;

  ClientAuthentication(Clients clients, ClientAssertions assertions) {
    this.clients = requireNonNull(clients, "clients");
    this.assertions = requireNonNull(assertions, "assertions");
  }

  private record Credentials(String clientId, Optional<Secret> secret) {}

  /**
   * The client, proven as far as it can be.
   *
   * @throws OauthException invalid_client whatever is wrong with it; invalid_request for what
   *     cannot be read
   */
  Client client(ClientProof shown, Parameters parameters) throws OauthException {
    try {
      return proven(shown, parameters);
    } catch (OauthException e) {
      var named = parameters.get("client_id").filter(Client::isId);
      LOG.warn("Client refused: {} client={}", e.code(), named.orElse("not named in the body"));
      throw e;
    }
  }

  private Client proven(ClientProof shown, Parameters parameters) throws OauthException {
    var authorization = shown.authorization();
    if (parameters.get("client_assertion").isPresent()) {
      if (isBasic(authorization)) {
        throw OauthException.invalidRequest("Expected one proof of the client, found two.");
      }
      return assertions.client(parameters);
    }
    var presented = credentials(authorization, parameters);
    if (presented.isEmpty()) {
      throw OauthException.invalidClient();
    }
    var client = clients.find(presented.get().clientId());
    var secret = presented.get().secret();
    // Asked in every case, so that an unknown client costs what a known one does.
    var proven = secret.isPresent() && clients.proves(presented.get().clientId(), secret.get());
    var good =
        client.isPresent()
            && switch (client.get().proof()) {
              case Client.Proof.None none -> secret.isEmpty();
              case Client.Proof.BySecret known -> proven;
              // Its assertion would have been looked at first.
              case Client.Proof.ByKeys keys -> false;
              case Client.Proof.ByCertificate certificate ->
                  secret.isEmpty()
                      && shown.certificate().filter(certificate.name()::isIn).isPresent();
            };
    if (!good) {
      throw OauthException.invalidClient();
    }
    return client.get();
  }

  private static Optional<Credentials> credentials(
      Optional<String> authorization, Parameters parameters) throws OauthException {
    if (isBasic(authorization)) {
      var basic = basic(authorization.orElseThrow().substring(BASIC.length()).strip());
      if (parameters.get("client_secret").isPresent()) {
        throw OauthException.invalidRequest("Expected one proof of the client, found two.");
      }
      var named = parameters.get("client_id");
      if (named.isPresent() && !named.get().equals(basic.clientId())) {
        throw OauthException.invalidRequest(
            "The client in the header is another than the one in the body.");
      }
      return Optional.of(basic);
    }
    return parameters
        .get("client_id")
        .map(id -> new Credentials(id, parameters.get("client_secret").map(Secret::new)));
  }

  private static boolean isBasic(Optional<String> authorization) {
    return authorization
        .filter(text -> text.toLowerCase(Locale.ROOT).startsWith(BASIC))
        .isPresent();
  }

  private static Credentials basic(String encoded) throws OauthException {
    String pair;
    try {
      pair = new String(Base64.getDecoder().decode(encoded), UTF_8);
    } catch (IllegalArgumentException e) {
      throw OauthException.invalidRequest("The header authorization is no base64.");
    }
    var colon = pair.indexOf(':');
    if (colon < 0) {
      throw OauthException.invalidRequest("The header authorization holds no 'client:secret'.");
    }
    // Both halves are form-encoded before they are joined (RFC 6749, section 2.3.1). A public
    // client
    // of Go's x/oauth2 sends an empty secret at first.
    var secret = Parameters.decode(pair.substring(colon + 1));
    return new Credentials(
        Parameters.decode(pair.substring(0, colon)),
        secret.isEmpty() ? Optional.empty() : Optional.of(new Secret(secret)));
  }
}
