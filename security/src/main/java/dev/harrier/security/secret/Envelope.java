package dev.harrier.security.secret;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.google.crypto.tink.AccessesPartialKey;
import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.aead.AeadConfig2026;
import com.google.crypto.tink.aead.AesGcmKey;
import com.google.crypto.tink.aead.AesGcmParameters;
import com.google.crypto.tink.util.SecretBytes;
import com.google.protobuf.ByteString;
import dev.harrier.spi.SecretId;
import dev.harrier.spi.SecretValue;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;

/**
 * Seals a value with a key of its own, and that key with a master key, so that a new master key
 * needs no value opened. Both seals hold only where the secret is kept and by its names.
 */
final class Envelope {
  private static final int KEY_BYTES = 32;
  private static final String FORMAT = "harrier secret 1";

  private final MasterKeys masters;

  Envelope(MasterKeys masters) {
    this.masters = requireNonNull(masters, "masters");
  }

  /** What is kept of a value. */
  record Sealed(ByteString value, MasterKeys.Wrapped key) {}

  Sealed seal(SecretValue value, SecretLevel level, SecretId id) {
    var bytes = SecretBytes.randomBytes(KEY_BYTES);
    var plain = bytes.toByteArray(InsecureSecretKeyAccess.get());
    try {
      return new Sealed(
          ByteString.copyFrom(
              cipher(bytes).encrypt(value.reveal().getBytes(UTF_8), context("value", level, id))),
          masters.wrap(plain, context("key", level, id)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This Java has no AES-GCM.", e);
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  /**
   * @throws UnknownMasterKeyException if its master key is not there
   * @throws UnreadableSecretException if it was not sealed for this place and these names
   */
  SecretValue open(Sealed sealed, SecretLevel level, SecretId id) {
    var plain = unwrap(sealed.key(), level, id);
    try {
      var bytes = SecretBytes.copyFrom(plain, InsecureSecretKeyAccess.get());
      return SecretValue.ofUtf8(
          cipher(bytes).decrypt(sealed.value().toByteArray(), context("value", level, id)));
    } catch (GeneralSecurityException e) {
      throw unreadable(level, id, e);
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  /** The same data key, wrapped with the current master key. */
  MasterKeys.Wrapped rewrap(MasterKeys.Wrapped key, SecretLevel level, SecretId id) {
    var plain = unwrap(key, level, id);
    try {
      return masters.wrap(plain, context("key", level, id));
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  private byte[] unwrap(MasterKeys.Wrapped key, SecretLevel level, SecretId id) {
    try {
      return masters.unwrap(key, context("key", level, id));
    } catch (UnreadableSecretException e) {
      throw unreadable(level, id, e);
    }
  }

  private static UnreadableSecretException unreadable(
      SecretLevel level, SecretId id, Exception why) {
    return new UnreadableSecretException(
        "The secret '%s' of %s does not open: its row was changed, or is another's; put it again"
            .formatted(id, level),
        why);
  }

  @AccessesPartialKey
  private static Aead cipher(SecretBytes bytes) throws GeneralSecurityException {
    var parameters =
        AesGcmParameters.builder()
            .setKeySizeBytes(KEY_BYTES)
            .setIvSizeBytes(12)
            .setTagSizeBytes(16)
            .setVariant(AesGcmParameters.Variant.NO_PREFIX)
            .build();
    var key = AesGcmKey.builder().setParameters(parameters).setKeyBytes(bytes).build();
    return KeysetHandle.newBuilder()
        .addEntry(KeysetHandle.importKey(key).withFixedId(1).makePrimary())
        .build()
        .getPrimitive(AeadConfig2026.get(), Aead.class);
  }

  // Each part behind its length: no two places or names may read alike.
  private static byte[] context(String what, SecretLevel level, SecretId id) {
    var bytes = new ByteArrayOutputStream();
    for (var part :
        new String[] {
          FORMAT,
          what,
          level.project(),
          level.domain(),
          id.group(),
          id.key(),
          id.version().orElse("")
        }) {
      var text = part.getBytes(UTF_8);
      bytes.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(text.length).array());
      bytes.writeBytes(text);
    }
    return bytes.toByteArray();
  }
}
