package dev.harrier.security.secret;

import com.google.protobuf.ByteString;

/**
 * The keys that wrap the data keys of stored secrets: as a key management service has them, which
 * wraps and unwraps but gives no key away. May be asked from several threads.
 */
public interface MasterKeys {
  /**
   * A data key that was wrapped.
   *
   * @param master the name of the key that wrapped it
   */
  record Wrapped(String master, ByteString bytes) {}

  /**
   * Wraps a data key with the current master key.
   *
   * @param context what the key belongs to; without the same one it does not unwrap
   */
  Wrapped wrap(byte[] dataKey, byte[] context);

  /** Whether a key of that name may be one of these; asks nobody. */
  boolean mayHave(String master);

  /**
   * Unwraps a data key.
   *
   * @throws UnknownMasterKeyException if the key that wrapped it is not there
   * @throws UnreadableSecretException if it is, and this was wrapped in another context or changed
   */
  byte[] unwrap(Wrapped wrapped, byte[] context);

  /** The name of the key that wraps now. */
  String current();
}
