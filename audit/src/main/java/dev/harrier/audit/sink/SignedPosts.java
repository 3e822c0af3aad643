package dev.harrier.audit.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.harrier.audit.record.Hashes;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Bodies of lines, each signed as Standard Webhooks has it: HMAC-SHA-256 over its id, its time and
 * itself, so that the receiver knows from whom it is and takes nothing that is old.
 */
public final class SignedPosts implements Sink {
  private static final String ALGORITHM = "HmacSHA256";
  private static final String PREFIX = "whsec_";
  private static final int SECRET_BYTES_MIN = 24;
  private static final int ID_BYTES = 16;

  private final Posts posts;
  private final SecretKeySpec key;
  private final Clock clock;

  /**
   * @param secret {@code whsec_} and at least 24 bytes in Base64
   * @throws IllegalArgumentException if it is none; its message does not show it
   */
  public SignedPosts(Posts posts, String secret, Clock clock) {
    this.posts = requireNonNull(posts, "posts");
    this.key = new SecretKeySpec(decoded(secret), ALGORITHM);
    this.clock = requireNonNull(clock, "clock");
  }

  private static byte[] decoded(String secret) {
    var bytes = new byte[0];
    try {
      bytes =
          Base64.getDecoder()
              .decode(secret.startsWith(PREFIX) ? secret.substring(PREFIX.length()) : "");
    } catch (IllegalArgumentException none) {
      // Told below, without what was found: it may be a secret of something else.
      bytes = new byte[0];
    }
    if (bytes.length < SECRET_BYTES_MIN) {
      throw new IllegalArgumentException(
          "expected '%s' and at least %s bytes in Base64, found something else"
              .formatted(PREFIX, SECRET_BYTES_MIN));
    }
    return bytes;
  }

  @Override
  public void send(List<LogLine> lines) throws IOException {
    var body = StandardOutput.joined(lines);
    // The same records sent again in the same body have the same id, and no others do.
    var id = "harrier-audit-" + HexFormat.of().formatHex(Hashes.sha256().digest(body), 0, ID_BYTES);
    var time = Long.toString(clock.instant().getEpochSecond());
    posts.post(
        "application/x-ndjson",
        body,
        Map.of(
            "webhook-id",
            id,
            "webhook-timestamp",
            time,
            "webhook-signature",
            sign(id, time, body)));
  }

  private String sign(String id, String time, byte[] body) {
    try {
      var mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update((id + "." + time + ".").getBytes(UTF_8));
      return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a Java without HMAC-SHA-256", e);
    }
  }

  @Override
  public void confirm() {
    // An answer of success is one.
  }

  @Override
  public Duration confirmedAfter() {
    return Duration.ZERO;
  }

  @Override
  public void close() {
    posts.close();
  }
}
