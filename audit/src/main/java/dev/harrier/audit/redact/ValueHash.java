package dev.harrier.audit.redact;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * HMAC-SHA-256 of values: {@code h:<key>:<32 hex digits>}. Whoever has the key can look for a
 * value; without it the hashes of a log are numbers, so its destruction shreds them.
 */
public final class ValueHash {
  private static final int SHOWN_BYTES = 16;
  private static final String ALGORITHM = "HmacSHA256";

  private final String id;
  private final SecretKeySpec key;
  private final ThreadLocal<Mac> macs;

  /**
   * @param id of the key, a short word
   */
  public ValueHash(String id, byte[] key) {
    this.id = id;
    this.key = new SecretKeySpec(key, ALGORITHM);
    this.macs = ThreadLocal.withInitial(this::mac);
  }

  /** The name of the key. */
  public String id() {
    return id;
  }

  /** The hash of a text. */
  public String of(String text) {
    return of(text.getBytes(UTF_8));
  }

  /** The hash of bytes. */
  public String of(byte[] bytes) {
    var full = macs.get().doFinal(bytes);
    return "h:" + id + ":" + HexFormat.of().formatHex(Arrays.copyOf(full, SHOWN_BYTES));
  }

  private Mac mac() {
    try {
      var mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a Java without HMAC-SHA-256", e);
    }
  }
}
