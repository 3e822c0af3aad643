package dev.harrier.security.provider;

import static java.util.Objects.requireNonNull;

import dev.harrier.security.Secret;
import dev.harrier.security.WebAddress;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One provider, as an operator names it.
 *
 * @param name of a-z 0-9 and -, in addresses and logs
 * @param label for people, on the button with which they log in
 * @param issuer as its tokens and its metadata must say it, letter by letter
 * @param metadata where it describes itself
 * @param login with which browsers log in there; empty if only its access tokens are taken
 * @param audiences one of which an access token of its must be for; with none, no access token of
 *     its is taken
 * @param groupClaims the claims that name groups, each by its name or by a path of names and dots
 * @param groupPrefix before the name of each group, so that another provider cannot give it
 */
public record ProviderSettings(
    String name,
    String label,
    String issuer,
    URI metadata,
    Optional<Login> login,
    Set<String> audiences,
    List<String> groupClaims,
    String groupPrefix) {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,31}");

  /**
   * This server as the provider's client.
   *
   * @param clientId also the only audience of ID tokens that are taken
   * @param clientSecret absent for a public client, which PKCE alone protects
   */
  public record Login(String clientId, Optional<Secret> clientSecret, List<String> scopes) {
    public Login {
      requireNonNull(clientSecret, "clientSecret");
      // Whoever checks no client id accepts the ID tokens that others were given.
      check(!clientId.isBlank(), "clientId: expected one, found none");
      check(scopes.contains("openid"), "scopes: expected 'openid' among them, found none");
      scopes = List.copyOf(scopes);
    }
  }

  public ProviderSettings {
    requireNonNull(login, "login");
    check(
        NAME.matcher(name).matches(),
        "name: expected 1 to 32 of a-z, 0-9 and -, found '" + name + "'");
    check(
        !issuer.isBlank() && !issuer.contains("|") && WebAddress.safe(parsed(issuer)),
        "issuer: expected an address with https, found '%s'. Without TLS only one on loopback is asked."
            .formatted(issuer));
    check(
        WebAddress.safe(metadata),
        "metadata: expected an address with https, found '%s'".formatted(metadata));
    var clientId = login.map(Login::clientId).orElse("");
    check(
        !audiences.contains(clientId),
        "audiences: expected others than the client id, found it. ID tokens are for the client id, and one of those would pass as an access token; let the provider make access tokens for an audience of their own.");
    check(
        audiences.stream().noneMatch(String::isBlank), "audiences: expected names, found a blank");
    check(
        login.isPresent() || !audiences.isEmpty(),
        "expected a clientId to log in with or an audience of access tokens, found neither");
    audiences = Set.copyOf(audiences);
    groupClaims = List.copyOf(groupClaims);
  }

  private static URI parsed(String address) {
    try {
      return URI.create(address);
    } catch (IllegalArgumentException e) {
      return URI.create("none:none");
    }
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
