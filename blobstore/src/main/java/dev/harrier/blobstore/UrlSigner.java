package dev.harrier.blobstore;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import dev.harrier.spi.BlobKey;
import dev.harrier.spi.BlobStore.Signed;
import dev.harrier.spi.ProjectDomain;
import dev.harrier.spi.Rejection;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes and checks URLs that let anybody do one thing with one blob for a while. The signature
 * binds method, blob, end and, if given, the content.
 */
public final class UrlSigner {
  /** Where the server puts {@link SignedBlobService}. */
  public static final String PATH_PREFIX = "/blob/";

  /** The longest time that a URL is good for. */
  public static final Duration VALID_MAX = Duration.ofDays(7);

  private static final String ALGORITHM = "HmacSHA256";
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  private final SecretKeySpec key;
  private final InstantSource clock;
  private final Supplier<URI> publicAddress;

  /** What a URL lets one do. */
  public enum Method {
    GET,
    PUT
  }

  /**
   * @param key at least 32 random bytes, see {@link SigningKey}
   * @param publicAddress scheme, host and port under which clients reach this server; asked anew
   *     for each URL, since the port may not be known yet
   */
  public UrlSigner(byte[] key, InstantSource clock, Supplier<URI> publicAddress) {
    if (key.length < SigningKey.BYTES) {
      throw new IllegalArgumentException(
          "key for signed URLs: expected at least %d bytes, got %d"
              .formatted(SigningKey.BYTES, key.length));
    }
    this.key = new SecretKeySpec(key, ALGORITHM);
    this.clock = requireNonNull(clock, "clock");
    this.publicAddress = requireNonNull(publicAddress, "publicAddress");
  }

  Signed sign(Method method, BlobKey blob, Duration validFor, Optional<ByteString> contentMd5) {
    if (!validFor.isPositive() || validFor.compareTo(VALID_MAX) > 0) {
      throw Rejection.invalid(
          "signed URL of %s: expected to be valid for at most %s, got %s",
          blob, VALID_MAX, validFor);
    }
    var expires = clock.instant().plus(validFor).getEpochSecond();
    var md5 = contentMd5.map(UrlSigner::hex).orElse("");
    var query = new StringBuilder("?method=" + method + "&expires=" + expires);
    if (!md5.isEmpty()) {
      query.append("&md5=").append(md5);
    }
    query.append("&signature=").append(signature(method, blob, expires, md5));
    var url = publicAddress.get().resolve(PATH_PREFIX + encode(blob) + query);
    var headers =
        contentMd5
            .map(
                bytes ->
                    Map.of("Content-MD5", Base64.getEncoder().encodeToString(bytes.toByteArray())))
            .orElse(Map.of());
    return new Signed(url, Instant.ofEpochSecond(expires), headers);
  }

  /**
   * Checks what a URL says.
   *
   * @param path below {@link #PATH_PREFIX}, decoded
   * @return what it allows
   * @throws dev.harrier.spi.RejectedException PERMISSION_DENIED if it allows nothing
   */
  Allowed check(Method method, String path, Map<String, String> query) {
    var parts = path.split("/", 3);
    if (parts.length < 3) {
      throw refused("it names no blob");
    }
    var blob = new BlobKey(new ProjectDomain(parts[0], parts[1]), parts[2]);
    var text = query.getOrDefault("expires", "");
    var md5 = query.getOrDefault("md5", "");
    if (!text.matches("[0-9]{1,12}") || !md5.matches("([0-9a-f]{32})?")) {
      throw refused("its signature does not fit");
    }
    var expires = Long.parseLong(text);
    var expected = signature(method, blob, expires, md5).getBytes(StandardCharsets.US_ASCII);
    var found = query.getOrDefault("signature", "").getBytes(StandardCharsets.UTF_8);
    if (!MessageDigest.isEqual(expected, found)) {
      throw refused("its signature does not fit");
    }
    try {
      if (!clock.instant().isBefore(Instant.ofEpochSecond(expires))) {
        throw refused("it has expired");
      }
    } catch (DateTimeException impossible) {
      throw refused("its signature does not fit");
    }
    return new Allowed(
        blob,
        md5.isEmpty()
            ? Optional.empty()
            : Optional.of(ByteString.copyFrom(HexFormat.of().parseHex(md5))));
  }

  /** What a good URL lets its bearer touch. */
  record Allowed(BlobKey blob, Optional<ByteString> contentMd5) {}

  private String signature(Method method, BlobKey blob, long expires, String md5) {
    try {
      var mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      // No part can hold a line feed, so no two lists of parts give the same text.
      var text = String.join("\n", method.name(), blob.toString(), String.valueOf(expires), md5);
      return BASE64.encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("this Java has no " + ALGORITHM, missing);
    }
  }

  private static String hex(ByteString md5) {
    if (md5.size() != 16) {
      throw Rejection.invalid("content MD5: expected 16 bytes, got %s", md5.size());
    }
    return HexFormat.of().formatHex(md5.toByteArray());
  }

  private static String encode(BlobKey blob) {
    return Arrays.stream(blob.toString().split("/", -1))
        .map(segment -> URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20"))
        .collect(Collectors.joining("/"));
  }

  private static RuntimeException refused(String why) {
    return Rejection.permissionDenied("This URL is refused: %s.", why);
  }
}
