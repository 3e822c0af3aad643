package dev.harrier.audit.chain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.harrier.audit.redact.ValueHash;
import dev.harrier.audit.verify.Checkpoint;
import dev.harrier.audit.verify.NoteVerifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;

/**
 * The secret of a log: the key that signs checkpoints and the one that hashes values, in a file of
 * four lines that nobody else may read.
 */
public final class AuditKey {
  private static final int HASH_KEY_BYTES = 32;
  private static final int LINES = 4;

  private final PrivateKey key;
  private final NoteVerifier verifier;
  private final ValueHash hash;

  private AuditKey(PrivateKey key, NoteVerifier verifier, ValueHash hash) {
    this.key = requireNonNull(key, "key");
    this.verifier = requireNonNull(verifier, "verifier");
    this.hash = requireNonNull(hash, "hash");
  }

  /**
   * Reads the key, or makes one if there is no log that another had signed.
   *
   * @param file of it
   * @param origin the name of the log, for a new key
   * @param begun whether the log has records
   * @throws IOException if others may read it, if it is none, or if it is lost
   */
  public static AuditKey open(Path file, String origin, boolean begun) throws IOException {
    if (!Files.exists(file)) {
      if (begun) {
        throw new IOException(
            "The audit log has records, but the key that signs it is not there: expected %s. Put it back; or, if it is lost, move the log's folder away as it is (its public key still verifies it), and a start begins a new log with a new key."
                .formatted(file));
      }
      make(file, origin);
    }
    return read(file);
  }

  private static AuditKey read(Path file) throws IOException {
    var lines = PrivateFile.read(file).split("\n", -1);
    try {
      if (lines.length != LINES + 1) {
        throw new IllegalArgumentException("not %s lines".formatted(LINES));
      }
      var verifier = NoteVerifier.parse(lines[1]);
      var key =
          KeyFactory.getInstance("Ed25519")
              .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(lines[0])));
      var read =
          new AuditKey(
              key, verifier, new ValueHash(lines[2], Base64.getDecoder().decode(lines[3])));
      read.signature("a test".getBytes(UTF_8));
      return read;
    } catch (IllegalArgumentException | GeneralSecurityException broken) {
      throw new IOException(
          "%s: expected the audit log's key as Harrier wrote it, found something else. Put the file back from a copy."
              .formatted(file),
          broken);
    }
  }

  private static void make(Path file, String origin) throws IOException {
    try {
      var pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      var random = new SecureRandom();
      var hashKey = new byte[HASH_KEY_BYTES];
      random.nextBytes(hashKey);
      var encoder = Base64.getEncoder();
      PrivateFile.write(
          file,
          String.join(
              "\n",
              encoder.encodeToString(pair.getPrivate().getEncoded()),
              NoteVerifier.of(origin, pair.getPublic()).text(),
              "k1",
              encoder.encodeToString(hashKey),
              ""));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a Java without Ed25519", e);
    }
  }

  /** The public half, which checks what this one signs. */
  public NoteVerifier verifier() {
    return verifier;
  }

  /** Hashes values. */
  public ValueHash hash() {
    return hash;
  }

  /** A checkpoint as a signed note. */
  String sign(Checkpoint checkpoint) {
    var text = checkpoint.text();
    try {
      return text + "\n" + verifier.signatureLine(signature(text.getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a key that signed before and does not now", e);
    }
  }

  private byte[] signature(byte[] text) throws GeneralSecurityException {
    var signing = Signature.getInstance("Ed25519");
    signing.initSign(key);
    signing.update(text);
    return signing.sign();
  }
}
