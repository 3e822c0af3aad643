package dev.harrier.security.token;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.harrier.security.PrivateFiles;
import dev.harrier.security.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The programs that may ask for tokens, with a hash of each one's secret: a line {@code <client id>
 * sha256:<hex>} each, in a file of mode 0600.
 *
 * <p>Secrets are 256 random bits, which nobody can guess; so a plain SHA-256 keeps them, and a
 * check costs a microsecond.
 */
public final class Clients {
  private static final int SECRET_BYTES = 32;
  private static final Pattern LINE = Pattern.compile("(?<id>\\S+) sha256:(?<hash>[0-9a-f]{64})");
  private static final Pattern CLIENT_ID = Pattern.compile("[A-Za-z0-9._-]{1,128}");

  private final Path file;
  private final SecureRandom random = new SecureRandom();
  private volatile Map<String, byte[]> hashes;

  private Clients(Path file, Map<String, byte[]> hashes) {
    this.file = requireNonNull(file, "file");
    this.hashes = hashes;
  }

  /** Reads the clients of a home; none if there is no such file yet. */
  public static Clients open(Path file) throws IOException {
    var hashes = new TreeMap<String, byte[]>();
    if (Files.exists(file)) {
      for (var line : PrivateFiles.read(file).lines().toList()) {
        var matcher = LINE.matcher(line);
        if (!matcher.matches()) {
          throw new IOException(
              "%s: expected lines of the form '<client id> sha256:<64 hex digits>', found another."
                  .formatted(file));
        }
        hashes.put(matcher.group("id"), HexFormat.of().parseHex(matcher.group("hash")));
      }
    }
    return new Clients(file, hashes);
  }

  /** Makes a secret for a client; an older one of the same client ends. */
  public synchronized Secret renew(String clientId) throws IOException {
    if (!CLIENT_ID.matcher(clientId).matches()) {
      throw new IllegalArgumentException(
          "client id: expected 1 to 128 of A-Z a-z 0-9 . _ -, got '%s'".formatted(clientId));
    }
    var bytes = new byte[SECRET_BYTES];
    random.nextBytes(bytes);
    var secret = new Secret(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    var renewed = new TreeMap<>(hashes);
    renewed.put(clientId, sha256(secret));
    write(renewed);
    hashes = renewed;
    return secret;
  }

  /** Whether the secret is this client's. Takes as long for an unknown client as for a known. */
  public boolean proves(String clientId, Secret secret) {
    var expected = hashes.getOrDefault(clientId, new byte[SECRET_BYTES]);
    return MessageDigest.isEqual(expected, sha256(secret));
  }

  private void write(Map<String, byte[]> renewed) throws IOException {
    PrivateFiles.createFolder(requireNonNull(file.getParent(), "folder of the clients"));
    var text = new StringBuilder();
    renewed.forEach(
        (id, hash) ->
            text.append(id).append(" sha256:").append(HexFormat.of().formatHex(hash)).append('\n'));
    PrivateFiles.write(file, text.toString());
  }

  private static byte[] sha256(Secret secret) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(secret.reveal().getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("This Java has no SHA-256.", e);
    }
  }
}
