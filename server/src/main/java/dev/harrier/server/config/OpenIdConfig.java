package dev.harrier.server.config;

import static java.util.Objects.requireNonNull;

import dev.harrier.security.KnownSecrets;
import dev.harrier.security.Secret;
import dev.harrier.security.provider.ProviderSettings;
import dev.harrier.spi.machine.FileMode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/**
 * One outside identity provider where people log in; the names are Flyte's as far as Flyte has
 * them.
 *
 * @param name of a-z, 0-9 and -, in addresses and logs
 * @param label for people, on the page where they log in; without it the name
 * @param clientId of this server at the provider
 * @param clientSecretFile with the client's secret, which nobody else may read; without it PKCE
 *     alone protects the login
 * @param baseUrl below which the provider describes itself, and its issuer if that is not said
 * @param issuerUrl of its tokens, letter by letter, if it differs from {@code baseUrl}
 * @param metadataUrl where it describes itself, if that is not where OpenID Connect has it
 * @param scopes asked for at a login
 * @param groupsClaims whose values are groups for the access policy: names, or paths of names with
 *     dots
 * @param groupsPrefix put before each group's name
 * @param allowedAudience of access tokens that programs bring from there; none are taken without
 */
public record OpenIdConfig(
    String name,
    String label,
    String clientId,
    Optional<Path> clientSecretFile,
    Optional<String> baseUrl,
    Optional<String> issuerUrl,
    Optional<String> metadataUrl,
    List<String> scopes,
    List<String> groupsClaims,
    String groupsPrefix,
    List<String> allowedAudience) {
  private static final String WELL_KNOWN = "/.well-known/openid-configuration";

  /** None: what a provider in the list says nothing of. */
  public static final OpenIdConfig DEFAULTS =
      new OpenIdConfig(
          "openid",
          "",
          "",
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          List.of("openid", "profile"),
          List.of("groups"),
          "",
          List.of());

  public OpenIdConfig {
    requireNonNull(name, "name");
    scopes = List.copyOf(scopes);
    groupsClaims = List.copyOf(groupsClaims);
    allowedAudience = List.copyOf(allowedAudience);
  }

  boolean configured() {
    return !equals(DEFAULTS);
  }

  /**
   * The same in the words of the room that asks the provider.
   *
   * @param path in the configuration, for messages
   * @param moreAudiences that another place of the configuration names for the same issuer
   * @throws ConfigurationException for what is missing, unsafe or cannot be read
   */
  ProviderSettings settings(String path, List<String> moreAudiences) {
    if (clientId.isBlank()) {
      throw new ConfigurationException(
          "%s.clientId: expected the id of this server at the provider, found none. ID tokens that were given to anybody would be taken without it."
              .formatted(path));
    }
    var audiences = new LinkedHashSet<>(allowedAudience);
    audiences.addAll(moreAudiences);
    var asked = new ArrayList<>(scopes);
    if (!asked.contains("openid")) {
      asked.addFirst("openid");
    }
    try {
      return new ProviderSettings(
          name,
          label.isBlank() ? name : label,
          issuer(path),
          metadata(path, baseUrl, issuer(path), metadataUrl),
          Optional.of(new ProviderSettings.Login(clientId, secret(path), asked)),
          audiences,
          groupsClaims,
          groupsPrefix);
    } catch (IllegalArgumentException wrong) {
      throw new ConfigurationException(path + "." + wrong.getMessage());
    }
  }

  String issuer(String path) {
    return issuerUrl
        .or(() -> baseUrl)
        .orElseThrow(
            () ->
                new ConfigurationException(
                    "%s.baseUrl: expected the address of the provider, found none"
                        .formatted(path)));
  }

  private Optional<Secret> secret(String path) {
    if (clientSecretFile.isEmpty()) {
      return Optional.empty();
    }
    var file = clientSecretFile.get();
    try {
      if (!FileMode.of(file).readByGroupAtMost()) {
        throw new ConfigurationException(
            "%s.clientSecretFile: expected a file that only its owner, or its group, reads, found that others may read or change %s. Mend it with 'chmod 600', and if somebody may have read it, have the provider make another secret."
                .formatted(path, file));
      }
      var secret = Files.readString(file).strip();
      if (secret.isEmpty()) {
        throw new ConfigurationException(
            "%s.clientSecretFile: expected a secret in %s, found nothing".formatted(path, file));
      }
      if (KnownSecrets.has(secret)) {
        throw new ConfigurationException(
            "%s.clientSecretFile: expected a secret of its own in %s, found one that everybody knows. Have the provider make another."
                .formatted(path, file));
      }
      return Optional.of(new Secret(secret));
    } catch (IOException e) {
      throw new ConfigurationException(
          "%s.clientSecretFile: %s cannot be read".formatted(path, file));
    }
  }

  static URI metadata(
      String path, Optional<String> baseUrl, String issuer, Optional<String> metadataUrl) {
    var base = baseUrl.orElse(issuer);
    var slashed = base.endsWith("/") ? base : base + "/";
    try {
      // Flyte's is relative to the base.
      return metadataUrl
          .map(text -> URI.create(slashed).resolve(text))
          .orElseGet(() -> URI.create(slashed + WELL_KNOWN.substring(1)));
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(
          "%s: expected baseUrl and metadataUrl to be addresses, found others".formatted(path));
    }
  }
}
