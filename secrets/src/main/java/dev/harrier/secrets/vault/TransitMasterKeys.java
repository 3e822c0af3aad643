package dev.harrier.secrets.vault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.google.gson.JsonObject;
import com.google.protobuf.ByteString;
import dev.harrier.secrets.ServiceUnavailableException;
import dev.harrier.secrets.http.HttpService;
import dev.harrier.secrets.http.Reply;
import dev.harrier.security.secret.MasterKeys;
import dev.harrier.security.secret.UnknownMasterKeyException;
import dev.harrier.security.secret.UnreadableSecretException;
import dev.harrier.spi.StoreUnavailableException;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Master keys that Vault's transit engine keeps and never gives away: data keys are sent there to
 * be wrapped and unwrapped. Vault makes new versions of the key; secrets that older ones wrapped
 * open as long as Vault keeps those.
 */
public final class TransitMasterKeys implements MasterKeys, AutoCloseable {
  private static final Pattern CIPHERTEXT = Pattern.compile("vault:(v\\d+):[A-Za-z0-9+/=]+");
  private static final int BAD_REQUEST = 400;

  private final VaultCalls calls;
  private final String mount;
  private final String key;

  /**
   * @param mount of the engine, {@code transit} as a rule
   * @param key of the type aes256-gcm96, aes128-gcm96 or chacha20-poly1305
   */
  public TransitMasterKeys(VaultCalls calls, String mount, String key) {
    this.calls = requireNonNull(calls, "calls");
    this.mount = requireNonNull(mount, "mount");
    this.key = requireNonNull(key, "key");
  }

  /** Begins what the login needs while nobody asks. */
  public void start() {
    calls.start();
  }

  @Override
  public boolean mayHave(String master) {
    return master.startsWith(prefix());
  }

  @Override
  public Wrapped wrap(byte[] dataKey, byte[] context) {
    var body = body(context);
    body.addProperty("plaintext", Base64.getEncoder().encodeToString(dataKey));
    try {
      var reply = calls.post(path("encrypt"), body);
      var sealed =
          data(reply)
              .flatMap(data -> Reply.text(data, "ciphertext"))
              .orElseThrow(
                  () -> new ServiceUnavailableException("wrapped a key without an answer"));
      var version = CIPHERTEXT.matcher(sealed);
      if (!version.matches()) {
        throw new ServiceUnavailableException("answered what is no wrapped key");
      }
      return new Wrapped(prefix() + version.group(1), ByteString.copyFrom(sealed, UTF_8));
    } catch (ServiceUnavailableException e) {
      throw unavailable(e);
    }
  }

  @Override
  public byte[] unwrap(Wrapped wrapped, byte[] context) {
    if (!mayHave(wrapped.master())) {
      throw new UnknownMasterKeyException(
          "The secret is wrapped with the master key %s: expected one of %s of Vault"
              .formatted(wrapped.master(), prefix()));
    }
    var body = body(context);
    body.addProperty("ciphertext", wrapped.bytes().toStringUtf8());
    try {
      var reply = calls.post(path("decrypt"), body);
      if (reply.status() == BAD_REQUEST) {
        throw new UnreadableSecretException(
            "Vault does not unwrap its data key", new IllegalArgumentException("status 400"));
      }
      var plain =
          data(reply)
              .flatMap(data -> Reply.text(data, "plaintext"))
              .orElseThrow(
                  () -> new ServiceUnavailableException("unwrapped a key without an answer"));
      return decoded(plain);
    } catch (ServiceUnavailableException e) {
      throw unavailable(e);
    }
  }

  private static byte[] decoded(String plain) throws ServiceUnavailableException {
    try {
      return Base64.getDecoder().decode(plain);
    } catch (IllegalArgumentException wrong) {
      // Without it: it quotes a letter of the key.
      throw new ServiceUnavailableException("unwrapped a key into what is no base64");
    }
  }

  @Override
  public String current() {
    try {
      var reply = calls.get(path("keys"));
      var latest = data(reply).map(data -> Reply.number(data, "latest_version")).orElse(0L);
      if (latest < 1) {
        throw new ServiceUnavailableException("does not tell the version of the key");
      }
      return prefix() + "v" + latest;
    } catch (ServiceUnavailableException e) {
      throw unavailable(e);
    }
  }

  private Optional<JsonObject> data(Reply reply) throws ServiceUnavailableException {
    if (!reply.succeeded()) {
      throw new ServiceUnavailableException(
          "answered status %s for the key '%s' at '%s'".formatted(reply.status(), key, mount));
    }
    return Reply.object(reply.json(), "data");
  }

  private static JsonObject body(byte[] context) {
    var body = new JsonObject();
    // Vault holds the two together: with another context it does not unwrap.
    body.addProperty("associated_data", Base64.getEncoder().encodeToString(context));
    return body;
  }

  private String path(String what) {
    return "%s/%s/%s".formatted(HttpService.path(mount), what, HttpService.encoded(key));
  }

  private String prefix() {
    return "vault:%s/%s:".formatted(mount, key);
  }

  private static StoreUnavailableException unavailable(ServiceUnavailableException why) {
    return new StoreUnavailableException(
        "The master key of the secrets cannot be had now: its service %s."
            .formatted(why.getMessage()));
  }

  @Override
  public void close() {
    calls.close();
  }
}
