package dev.harrier.security.secret;

import com.google.crypto.tink.AccessesPartialKey;
import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig2026;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import com.google.protobuf.ByteString;
import dev.harrier.security.Secret;
import dev.harrier.security.secret.MasterKeys.Wrapped;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Master keys as a keyset of Google Tink, AES-256-GCM each: one wraps, all unwrap. Never changed; a
 * keyset with another key is another one.
 */
final class Keyset {
  private final KeysetHandle handle;
  private final Aead aead;

  private Keyset(KeysetHandle handle) throws GeneralSecurityException {
    this.handle = handle;
    this.aead = handle.getPrimitive(AeadConfig2026.get(), Aead.class);
  }

  /** One new key. */
  static Keyset make() {
    return of(KeysetHandle.newBuilder().addEntry(fresh().makePrimary()));
  }

  /**
   * The keyset that a text in Tink's JSON holds.
   *
   * @param origin where the text is from, for the message
   * @throws IllegalArgumentException for another text; it is not repeated
   */
  static Keyset parse(Secret text, String origin) {
    try {
      return new Keyset(
          TinkJsonProtoKeysetFormat.parseKeyset(
              text.reveal(), AeadConfig2026.get(), InsecureSecretKeyAccess.get()));
    } catch (GeneralSecurityException | RuntimeException e) {
      // Not as the cause: it may quote the keys.
      throw new IllegalArgumentException(
          "%s holds no master key: expected a keyset of Google Tink in JSON with AEAD keys, found another text"
              .formatted(origin));
    }
  }

  /** As JSON, with the keys in it. */
  Secret text() {
    try {
      return new Secret(
          TinkJsonProtoKeysetFormat.serializeKeyset(
              handle, AeadConfig2026.get(), InsecureSecretKeyAccess.get()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("A keyset of our own cannot be written.", e);
    }
  }

  /** The same with a new key, which wraps from now on. */
  Keyset rotated() {
    return of(KeysetHandle.newBuilder(handle).addEntry(fresh().makePrimary()));
  }

  /** The same without the keys that are neither named nor the one that wraps. */
  @AccessesPartialKey
  Keyset with(Set<String> needed) {
    var kept = KeysetHandle.newBuilder();
    for (var entry : entries()) {
      if (entry.isPrimary() || needed.contains(name(entry))) {
        var copied = KeysetHandle.importKey(entry.getKey()).withFixedId(entry.getId());
        kept.addEntry(entry.isPrimary() ? copied.makePrimary() : copied);
      }
    }
    return of(kept);
  }

  /** Whether it looks like the name of a key in any keyset. */
  static boolean isName(String text) {
    return !text.isEmpty() && text.chars().allMatch(letter -> letter >= '0' && letter <= '9');
  }

  String current() {
    return name(handle.getPrimary());
  }

  boolean has(String name) {
    return names().contains(name);
  }

  List<String> names() {
    return entries().stream().map(Keyset::name).toList();
  }

  Wrapped wrap(byte[] plain, byte[] context) {
    try {
      return new Wrapped(current(), ByteString.copyFrom(aead.encrypt(plain, context)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This Java has no AES-GCM.", e);
    }
  }

  /**
   * @param origin where these keys are from, for the message
   * @throws UnknownMasterKeyException if none of these keys wrapped it
   * @throws UnreadableSecretException if one did, in another context, or it was changed
   */
  byte[] unwrap(Wrapped wrapped, byte[] context, String origin) {
    if (!has(wrapped.master())) {
      throw new UnknownMasterKeyException(
          "%s: expected the master key %s, which secrets are wrapped with, found %s; put back what had it"
              .formatted(origin, wrapped.master(), names()));
    }
    try {
      return aead.decrypt(wrapped.bytes().toByteArray(), context);
    } catch (GeneralSecurityException e) {
      throw new UnreadableSecretException("its data key does not open", e);
    }
  }

  private List<KeysetHandle.Entry> entries() {
    var entries = new ArrayList<KeysetHandle.Entry>();
    for (var at = 0; at < handle.size(); at++) {
      entries.add(handle.getAt(at));
    }
    return entries;
  }

  @AccessesPartialKey
  private static KeysetHandle.Builder.Entry fresh() {
    try {
      var key =
          KeysetHandle.generateNew(PredefinedAeadParameters.AES256_GCM, AeadConfig2026.get())
              .getPrimary();
      return KeysetHandle.importKey(key.getKey()).withFixedId(key.getId());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This Java has no AES-GCM.", e);
    }
  }

  private static Keyset of(KeysetHandle.Builder builder) {
    try {
      return new Keyset(builder.build());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("A keyset of our own cannot be made.", e);
    }
  }

  private static String name(KeysetHandle.Entry entry) {
    return Integer.toUnsignedString(entry.getId());
  }

  @Override
  public String toString() {
    return "master keys " + names();
  }
}
