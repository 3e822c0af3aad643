package dev.harrier.secrets.kubernetes;

import static java.util.Objects.requireNonNull;

import dev.harrier.secrets.CredentialFile;
import dev.harrier.secrets.FlatName;
import dev.harrier.secrets.SecretService;
import dev.harrier.secrets.ServiceUnavailableException;
import dev.harrier.secrets.http.HttpService;
import dev.harrier.secrets.http.Reply;
import dev.harrier.spi.SecretId;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Secrets of Kubernetes by its API: the place is a namespace, as Flyte has one for each project and
 * domain, the group is a Secret in it, and the key one of its keys. They have no versions.
 */
public final class KubernetesSecrets implements SecretService {
  private static final int NOT_FOUND = 404;

  private final HttpService service;
  private final CredentialFile token;

  /**
   * @param tokenFile of the server's service account, read at each call: Kubernetes replaces it
   */
  public KubernetesSecrets(URI address, Optional<Path> caFile, Path tokenFile) {
    this.service = new HttpService(address, caFile);
    this.token = new CredentialFile(requireNonNull(tokenFile, "tokenFile"));
  }

  @Override
  public Optional<String> read(String place, SecretId id) throws ServiceUnavailableException {
    if (id.version().isPresent()) {
      return Optional.empty();
    }
    var name = FlatName.of(".", Stream.of(id.group()));
    var reply =
        service.get(
            "/api/v1/namespaces/%s/secrets/%s"
                .formatted(HttpService.encoded(place), HttpService.encoded(name)),
            Map.of("authorization", "Bearer " + token.jwt().reveal()));
    if (reply.status() == NOT_FOUND) {
      return Optional.empty();
    }
    if (!reply.succeeded()) {
      throw refused(place, reply.status());
    }
    var key = FlatName.of("._ABCDEFGHIJKLMNOPQRSTUVWXYZ", Stream.of(id.key()));
    return Reply.object(reply.json(), "data")
        .flatMap(data -> Reply.text(data, key))
        .map(Reply::decoded);
  }

  private static ServiceUnavailableException refused(String place, int status) {
    return new ServiceUnavailableException(
        switch (status) {
          case 401 -> "does not know this server's service account (status 401)";
          case 403 ->
              "does not let this server's service account get Secrets in the namespace '%s' (status 403): it needs a Role there"
                  .formatted(place);
          case 429 -> "wants fewer calls (status 429)";
          default -> "answered status %s".formatted(status);
        });
  }

  @Override
  public void close() {
    service.close();
  }
}
