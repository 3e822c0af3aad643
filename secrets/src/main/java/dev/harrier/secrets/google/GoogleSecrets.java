package dev.harrier.secrets.google;

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
import java.time.Clock;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Secrets of Google Cloud's Secret Manager: place, group and key are the name of one ({@link
 * FlatName}), the version one of its versions.
 */
public final class GoogleSecrets implements SecretService {
  private static final String PLAIN = "_ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  private static final int NAME_LENGTH_MAX = 255;
  private static final int UNAUTHORIZED = 401;
  private static final int NOT_FOUND = 404;

  private final HttpService service;
  private final String project;
  private final GoogleLogin login;
  private final BearerToken token;

  /**
   * @param address of Secret Manager
   * @param project of Google's that keeps the secrets
   */
  public GoogleSecrets(URI address, String project, GoogleLogin login, Clock clock) {
    this.service = new HttpService(address, Optional.empty());
    this.project = requireNonNull(project, "project");
    this.login = requireNonNull(login, "login");
    this.token = new BearerToken(login, clock);
  }

  @Override
  public Optional<String> read(String place, SecretId id) throws ServiceUnavailableException {
    var name =
        FlatName.of(
            PLAIN,
            Stream.concat(Arrays.stream(place.split("/", -1)), Stream.of(id.group(), id.key())));
    if (name.length() > NAME_LENGTH_MAX) {
      throw Rejection.invalid(
          "expected a name of at most %s letters in Secret Manager, found %s",
          NAME_LENGTH_MAX, name.length());
    }
    var version = id.version().orElse("latest");
    var path =
        "/v1/projects/%s/secrets/%s/versions/%s:access"
            .formatted(
                HttpService.encoded(project),
                HttpService.encoded(name),
                HttpService.encoded(version));
    var reply = service.get(path, Map.of("authorization", token.header()));
    if (reply.status() == UNAUTHORIZED) {
      token.refused();
      reply = service.get(path, Map.of("authorization", token.header()));
    }
    return value(name, reply);
  }

  private Optional<String> value(String name, Reply reply) throws ServiceUnavailableException {
    if (reply.status() == NOT_FOUND) {
      return Optional.empty();
    }
    if (!reply.succeeded()) {
      throw new ServiceUnavailableException(
          switch (reply.status()) {
            // Also for a version that is disabled or destroyed.
            case 400 ->
                "gives no value of '%s' (status 400): is the version enabled?".formatted(name);
            case 403 ->
                "does not let this server access '%s' (status 403): it needs roles/secretmanager.secretAccessor"
                    .formatted(name);
            case 429 -> "wants fewer calls (status 429)";
            default -> "answered status %s".formatted(reply.status());
          });
    }
    return Reply.object(reply.json(), "payload")
        .flatMap(payload -> Reply.text(payload, "data"))
        .map(Reply::decoded);
  }

  @Override
  public void close() {
    service.close();
    login.close();
  }
}
