package dev.harrier.audit.verify;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.harrier.audit.record.Hashes;
import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Checks signed notes of one key: C2SP's signed-note with Ed25519. The key is written as others
 * write it: {@code <name>+<8 hex digits>+<base64>}.
 */
public final class NoteVerifier {
  private static final byte ED25519 = 1;
  private static final int KEY_BYTES = 32;
  private static final int ID_BYTES = 4;
  private static final int SIGNATURE_BYTES = 64;
  private static final String SIGNED_BY = "\u2014 ";
  // What stands before the 32 bytes of an Ed25519 key in an X.509 structure.
  private static final byte[] X509 = HexFormat.of().parseHex("302a300506032b6570032100");

  private final String name;
  private final byte[] rawKey;
  private final PublicKey key;

  private NoteVerifier(String name, byte[] rawKey, PublicKey key) {
    this.name = name;
    this.rawKey = rawKey;
    this.key = key;
  }

  /** For a key by that name. */
  public static NoteVerifier of(String name, PublicKey key) {
    var encoded = key.getEncoded();
    return new NoteVerifier(
        name, Arrays.copyOfRange(encoded, encoded.length - KEY_BYTES, encoded.length), key);
  }

  /**
   * Reads a key.
   *
   * @throws IllegalArgumentException that says why it is none
   */
  public static NoteVerifier parse(String text) {
    // The base64 may have plus signs, too.
    var parts = text.strip().split("\\+", 3);
    if (parts.length != 3) {
      throw new IllegalArgumentException("expected <name>+<8 hex digits>+<base64>, found no such");
    }
    var bytes = Base64.getDecoder().decode(parts[2]);
    if (bytes.length != KEY_BYTES + 1 || bytes[0] != ED25519) {
      throw new IllegalArgumentException("expected an Ed25519 key, found another");
    }
    var raw = Arrays.copyOfRange(bytes, 1, bytes.length);
    var encoded = Arrays.copyOf(X509, X509.length + KEY_BYTES);
    System.arraycopy(raw, 0, encoded, X509.length, KEY_BYTES);
    try {
      var key = KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
      var verifier = new NoteVerifier(parts[0], raw, key);
      if (!verifier.text().equals(text.strip())) {
        throw new IllegalArgumentException("expected a key whose digits fit it, found others");
      }
      return verifier;
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("expected an Ed25519 key, found another", e);
    }
  }

  /** The key, as others write it. */
  public String text() {
    return "%s+%s+%s"
        .formatted(
            name, HexFormat.of().formatHex(id()), Base64.getEncoder().encodeToString(typed()));
  }

  /** The name of the log that the key signs for. */
  public String name() {
    return name;
  }

  /** The line with which a note ends. */
  public String signatureLine(byte[] signature) {
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes(id());
    bytes.writeBytes(signature);
    return SIGNED_BY + name + " " + Base64.getEncoder().encodeToString(bytes.toByteArray()) + "\n";
  }

  /** What a note says; empty unless this key signed it, letter by letter. */
  public Optional<Checkpoint> verify(String note) {
    var end = note.indexOf("\n\n");
    var begin = SIGNED_BY + name + " ";
    if (end < 0 || !note.startsWith(begin, end + 2) || !note.endsWith("\n")) {
      return Optional.empty();
    }
    var text = note.substring(0, end + 1);
    try {
      var bytes =
          Base64.getDecoder().decode(note.substring(end + 2 + begin.length(), note.length() - 1));
      var signature = Arrays.copyOfRange(bytes, ID_BYTES, bytes.length);
      if (signature.length != SIGNATURE_BYTES
          || !note.equals(text + "\n" + signatureLine(signature))) {
        return Optional.empty();
      }
      var checking = Signature.getInstance("Ed25519");
      checking.initVerify(key);
      checking.update(text.getBytes(UTF_8));
      return checking.verify(signature)
          ? Checkpoint.parse(text).filter(read -> read.origin().equals(name))
          : Optional.empty();
    } catch (IllegalArgumentException | GeneralSecurityException broken) {
      // A signature that cannot be read is none.
      return Optional.empty();
    }
  }

  private byte[] typed() {
    var typed = new byte[KEY_BYTES + 1];
    typed[0] = ED25519;
    System.arraycopy(rawKey, 0, typed, 1, KEY_BYTES);
    return typed;
  }

  private byte[] id() {
    var sha = Hashes.sha256();
    sha.update((name + "\n").getBytes(UTF_8));
    sha.update(typed());
    return Arrays.copyOf(sha.digest(), ID_BYTES);
  }
}
