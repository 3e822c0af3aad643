package dev.harrier.audit.chain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.harrier.audit.redact.ValueHash;
import dev.harrier.audit.verify.Checkpoint;
import dev.harrier.audit.verify.NoteVerifier;
import dev.harrier.spi.machine.PrivateFiles;
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
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * The secret of a log, in a file that nobody else may read: the key that signs checkpoints, its
 * public half, and two lines for each key that hashes values, its name and itself. The last of
 * those hashes; the others are kept to look for what they hashed.
 */
public final class AuditKey {
  private static final int HASH_KEY_BYTES = 32;
  private static final int LINES_MIN = 4;
  private static final String WORD = "k";

  private final PrivateKey key;
  private final NoteVerifier verifier;
  private final List<ValueHash> hashes;

  private AuditKey(PrivateKey key, NoteVerifier verifier, List<ValueHash> hashes) {
    this.key = requireNonNull(key, "key");
    this.verifier = requireNonNull(verifier, "verifier");
    this.hashes = List.copyOf(hashes);
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
    var lines = PrivateFiles.read(file).split("\n", -1);
    try {
      if (lines.length < LINES_MIN + 1 || lines.length % 2 == 0) {
        throw new IllegalArgumentException("not an even number of lines");
      }
      var verifier = NoteVerifier.parse(lines[1]);
      var key =
          KeyFactory.getInstance("Ed25519")
              .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(lines[0])));
      var hashes = new ArrayList<ValueHash>();
      for (var i = 2; i + 1 < lines.length; i += 2) {
        hashes.add(new ValueHash(lines[i], Base64.getDecoder().decode(lines[i + 1])));
      }
      var read = new AuditKey(key, verifier, hashes);
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
      var encoder = Base64.getEncoder();
      PrivateFiles.write(
          file,
          String.join(
              "\n",
              encoder.encodeToString(pair.getPrivate().getEncoded()),
              NoteVerifier.of(origin, pair.getPublic()).text(),
              WORD + 1,
              hashKey(),
              ""));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a Java without Ed25519", e);
    }
  }

  private static String hashKey() {
    var bytes = new byte[HASH_KEY_BYTES];
    new SecureRandom().nextBytes(bytes);
    return Base64.getEncoder().encodeToString(bytes);
  }

  /**
   * Adds a key that hashes values from the next start on.
   *
   * @return its name
   * @throws IOException if there is no key yet, or others may read it
   */
  public static String addHashKey(Path file) throws IOException {
    var hashes = read(file).hashes;
    var last = hashes.getLast().id();
    var name = WORD + (Integer.parseInt(last.substring(WORD.length())) + 1);
    PrivateFiles.write(file, PrivateFiles.read(file) + name + "\n" + hashKey() + "\n");
    return name;
  }

  /**
   * Forgets a key: what it hashed can be found by nobody from then on.
   *
   * @return whether it was there; the one that hashes cannot be forgotten
   */
  public static boolean forgetHashKey(Path file, String name) throws IOException {
    var hashes = read(file).hashes;
    if (hashes.getLast().id().equals(name)) {
      throw new IOException(
          "%s is the key that hashes now: expected an older one. Add one first.".formatted(name));
    }
    var lines = new ArrayList<>(List.of(PrivateFiles.read(file).split("\n", -1)));
    for (var i = 2; i + 1 < lines.size(); i += 2) {
      if (lines.get(i).equals(name)) {
        lines.subList(i, i + 2).clear();
        PrivateFiles.write(file, String.join("\n", lines));
        return true;
      }
    }
    return false;
  }

  /** Reads the key of a log that there is. */
  public static AuditKey open(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new IOException("Expected the audit log's key in %s, found none.".formatted(file));
    }
    return read(file);
  }

  /** The public half, which checks what this one signs. */
  public NoteVerifier verifier() {
    return verifier;
  }

  /** Hashes values. */
  public ValueHash hash() {
    return hashes.getLast();
  }

  /** All that ever hashed and is not forgotten, the oldest first. */
  public List<ValueHash> hashes() {
    return hashes;
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
