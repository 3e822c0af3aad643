package dev.harrier.secrets.vault;

import static java.util.Objects.requireNonNull;

import com.google.gson.JsonObject;
import dev.harrier.secrets.SecretService;
import dev.harrier.secrets.ServiceUnavailableException;
import dev.harrier.secrets.http.HttpService;
import dev.harrier.secrets.http.Reply;
import dev.harrier.spi.Rejection;
import dev.harrier.spi.SecretId;
import java.util.Optional;

/**
 * Secrets of a key-value store of Vault or OpenBao: the group is a path below the place, the key a
 * field of what is there, the version one of the store's own.
 */
public final class VaultSecrets implements SecretService {
  private static final int NOT_FOUND = 404;
  private static final int BAD_REQUEST = 400;

  /** Which of Vault's two key-value stores is at a mount. */
  public enum Store {
    /** The first, without versions. */
    KV1,
    /** The second. */
    KV2
  }

  private final VaultCalls calls;
  private final String mount;
  private final Store store;

  /**
   * @param mount of the store, such as {@code secret}
   */
  public VaultSecrets(VaultCalls calls, String mount, Store store) {
    this.calls = requireNonNull(calls, "calls");
    this.mount = requireNonNull(mount, "mount");
    this.store = requireNonNull(store, "store");
  }

  @Override
  public void start() {
    calls.start();
  }

  @Override
  public Optional<String> read(String place, SecretId id) throws ServiceUnavailableException {
    var path = HttpService.path(place + "/" + id.group());
    return switch (store) {
      case KV1 -> id.version().isPresent() ? Optional.empty() : first(path, id.key());
      case KV2 -> second(path, id);
    };
  }

  private Optional<String> first(String path, String key) throws ServiceUnavailableException {
    var reply = calls.get(HttpService.path(mount) + "/" + path);
    return found(reply) ? field(Reply.object(reply.json(), "data"), key) : Optional.empty();
  }

  private Optional<String> second(String path, SecretId id) throws ServiceUnavailableException {
    var version = id.version().map(VaultSecrets::version).orElse("");
    var reply = calls.get(HttpService.path(mount) + "/data/" + path + version);
    return found(reply)
        ? field(
            Reply.object(reply.json(), "data").flatMap(data -> Reply.object(data, "data")),
            id.key())
        : Optional.empty();
  }

  // Vault answers 404 for one that was deleted, too.
  private static boolean found(Reply reply) throws ServiceUnavailableException {
    if (reply.status() == NOT_FOUND) {
      return false;
    }
    if (!reply.succeeded()) {
      throw new ServiceUnavailableException(
          "answered status %s%s"
              .formatted(
                  reply.status(),
                  reply.status() == BAD_REQUEST ? "; is the mount of the other version?" : ""));
    }
    return true;
  }

  private static Optional<String> field(Optional<JsonObject> fields, String key) {
    return fields.flatMap(one -> Reply.field(one, key));
  }

  private static String version(String version) {
    if (!version.matches("[1-9][0-9]{0,8}")) {
      throw Rejection.invalid(
          "expected a version that is a number, as Vault counts them, found '%s'", version);
    }
    return "?version=" + version;
  }

  @Override
  public void close() {
    calls.close();
  }
}
