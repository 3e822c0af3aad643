package dev.harrier.blobstore;

import com.google.protobuf.ByteString;
import dev.harrier.spi.BlobKey;
import dev.harrier.spi.ProjectDomain;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Writes and reads URLs that carry their own permission: {@code
 * <base>/blobs/<project>/<domain>/<path>?expires=…&md5=…&replaces=1&signature=…}.
 *
 * <p>The signature is over the use, the key and each parameter, so none can be changed, added or
 * left out. It is over the key as a value, not as it is spelled: proxies respell paths.
 */
final class SignedUrls {
  private static final String VERSION = "harrier-blob-1";
  private static final Pattern EXPIRES = Pattern.compile("[0-9]{1,12}");
  private static final Pattern MD5 = Pattern.compile("[A-Za-z0-9_-]{22}");
  private static final Pattern REPLACES = Pattern.compile("1");
  private static final Pattern SIGNATURE = Pattern.compile("[A-Za-z0-9_-]{43}");

  private final SigningKey signingKey;
  private final Supplier<URI> base;
  private final InstantSource clock;

  SignedUrls(SigningKey signingKey, Supplier<URI> base, InstantSource clock) {
    this.signingKey = signingKey;
    this.base = base;
    this.clock = clock;
  }

  URI url(SignedBlob blob) {
    var text = new StringBuilder(base.get().toString().replaceFirst("/$", ""));
    text.append(SignedBlobService.PATH);
    for (var segment : blob.key().toString().split("/", -1)) {
      text.append('/').append(encode(segment));
    }
    var expires = Long.toString(blob.expiresAt().getEpochSecond());
    var md5 =
        blob.md5()
            .map(
                bytes ->
                    Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.toByteArray()));
    var replaces = blob.replaces() ? Optional.of("1") : Optional.<String>empty();
    text.append("?expires=").append(expires);
    md5.ifPresent(value -> text.append("&md5=").append(value));
    replaces.ifPresent(value -> text.append("&replaces=").append(value));
    text.append("&signature=").append(sign(blob.use(), blob.key(), expires, md5, replaces));
    return URI.create(text.toString());
  }

  /**
   * What a URL allows.
   *
   * @param path percent-encoded, after {@code /blobs/}
   * @param parameters gives all values of a query parameter
   * @throws RejectedException PERMISSION_DENIED if it allows nothing, or no more
   */
  SignedBlob verify(SignedBlob.Use use, String path, Function<String, List<String>> parameters) {
    var key = key(path);
    var expires = parameter(parameters, "expires", EXPIRES).orElseThrow(SignedUrls::refusal);
    var md5 = parameter(parameters, "md5", MD5);
    var replaces = parameter(parameters, "replaces", REPLACES);
    var signature = parameter(parameters, "signature", SIGNATURE).orElseThrow(SignedUrls::refusal);
    var expected = sign(use, key, expires, md5, replaces);
    // Texts are compared, not what they decode to: the last character has two spellings. In
    // constant time, or the time would tell how much of a guess is right.
    if (!MessageDigest.isEqual(
        expected.getBytes(StandardCharsets.UTF_8), signature.getBytes(StandardCharsets.UTF_8))) {
      throw refusal();
    }
    var expiresAt = Instant.ofEpochSecond(Long.parseLong(expires));
    if (!clock.instant().isBefore(expiresAt)) {
      throw Rejection.permissionDenied(
          "signed URL: it expired at %s; ask for a new one", expiresAt);
    }
    return new SignedBlob(
        use,
        key,
        expiresAt,
        md5.map(text -> ByteString.copyFrom(Base64.getUrlDecoder().decode(text))),
        replaces.isPresent());
  }

  private String sign(
      SignedBlob.Use use,
      BlobKey key,
      String expires,
      Optional<String> md5,
      Optional<String> replaces) {
    // No part can hold a line end, so no two blobs give the same text.
    return signingKey.sign(
        String.join(
            "\n",
            VERSION,
            use.name(),
            key.scope().project(),
            key.scope().domain(),
            key.path(),
            expires,
            md5.orElse(""),
            replaces.orElse("")));
  }

  private static BlobKey key(String path) {
    try {
      // A plus is a plus in a path; only in a form is it a blank.
      var parts = URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8).split("/", 3);
      if (parts.length == 3) {
        return new BlobKey(new ProjectDomain(parts[0], parts[1]), parts[2]);
      }
    } catch (IllegalArgumentException | RejectedException nameOfNoBlob) {
      // The same answer as to a wrong signature: there is none for what is no blob.
    }
    throw refusal();
  }

  private static Optional<String> parameter(
      Function<String, List<String>> parameters, String name, Pattern shape) {
    var values = parameters.apply(name);
    if (values.isEmpty()) {
      return Optional.empty();
    }
    // Of two values a proxy may see the one and we the other.
    if (values.size() > 1 || !shape.matcher(values.getFirst()).matches()) {
      throw refusal();
    }
    return Optional.of(values.getFirst());
  }

  private static RejectedException refusal() {
    return Rejection.permissionDenied(
        "signed URL: expected one that this server signed, unchanged, for this method");
  }

  /** A path segment with all but unreserved characters encoded. */
  static String encode(String segment) {
    return URLEncoder.encode(segment, StandardCharsets.UTF_8)
        .replace("+", "%20")
        .replace("*", "%2A")
        .replace("%7E", "~");
  }
}
