package dev.harrier.secrets.azure;

import static java.util.Objects.requireNonNull;

import dev.harrier.secrets.BearerToken;
import dev.harrier.secrets.FlatName;
import dev.harrier.secrets.SecretService;
import dev.harrier.secrets.ServiceUnavailableException;
import dev.harrier.secrets.http.HttpService;
import dev.harrier.secrets.http.Reply;
import dev.harrier.spi.Rejection;
import dev.harrier.spi.SecretId;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Secrets of an Azure Key Vault: place, group and key are the name of one ({@link FlatName}; Key
 * Vault does not tell large letters from small ones), the version one of its versions.
 */
public final class AzureSecrets implements SecretService {
  private static final String API = "?api-version=7.4";
  private static final int NAME_LENGTH_MAX = 127;
  private static final int UNAUTHORIZED = 401;
  private static final int NOT_FOUND = 404;

  private final HttpService service;
  private final AzureLogin login;
  private final BearerToken token;

  /**
   * @param vault such as {@code https://name.vault.azure.net}
   */
  public AzureSecrets(URI vault, Optional<Path> caFile, AzureLogin login, Clock clock) {
    this.service = new HttpService(vault, caFile);
    this.login = requireNonNull(login, "login");
    this.token = new BearerToken(login, clock);
  }

  @Override
  public Optional<String> read(String place, SecretId id) throws ServiceUnavailableException {
    var name =
        FlatName.of(
            "",
            Stream.concat(Arrays.stream(place.split("/", -1)), Stream.of(id.group(), id.key())));
    if (name.length() > NAME_LENGTH_MAX) {
      throw Rejection.invalid(
          "expected a name of at most %s letters in Key Vault, found %s",
          NAME_LENGTH_MAX, name.length());
    }
    var version = id.version().map(one -> "/" + HttpService.encoded(one)).orElse("");
    var path = "/secrets/" + name + version + API;
    var reply = service.get(path, Map.of("authorization", token.header()));
    if (reply.status() == UNAUTHORIZED) {
      token.refused();
      reply = service.get(path, Map.of("authorization", token.header()));
    }
    if (reply.status() == NOT_FOUND) {
      return Optional.empty();
    }
    if (!reply.succeeded()) {
      throw new ServiceUnavailableException(
          switch (reply.status()) {
            case 403 ->
                "does not let this server get '%s' (status 403): the secret is disabled, or the application needs the role 'Key Vault Secrets User'"
                    .formatted(name);
            case 429 -> "wants fewer calls (status 429)";
            default -> "answered status %s".formatted(reply.status());
          });
    }
    return Reply.text(reply.json(), "value");
  }

  @Override
  public void close() {
    service.close();
    login.close();
  }
}
