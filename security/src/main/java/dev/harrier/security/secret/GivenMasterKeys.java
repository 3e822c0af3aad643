package dev.harrier.security.secret;

import dev.harrier.security.Secret;

/**
 * Master keys that somebody else keeps and gives to the process at its start. To change them one
 * gives a keyset with both keys, has all secrets wrapped anew, and leaves the old key out later.
 */
public final class GivenMasterKeys implements MasterKeys {
  private final String origin;
  private final Keyset keys;

  /**
   * @param origin where they are from, for messages
   * @throws IllegalArgumentException if the text is no keyset of Tink in JSON
   */
  public GivenMasterKeys(Secret text, String origin) {
    this.origin = origin;
    this.keys = Keyset.parse(text, origin);
  }

  /** New keys that live as long as the process, for tests. */
  public static GivenMasterKeys generate() {
    return new GivenMasterKeys(Keyset.make().text(), "a keyset of this process");
  }

  @Override
  public Wrapped wrap(byte[] dataKey, byte[] context) {
    return keys.wrap(dataKey, context);
  }

  @Override
  public boolean mayHave(String master) {
    return keys.has(master);
  }

  @Override
  public byte[] unwrap(Wrapped wrapped, byte[] context) {
    return keys.unwrap(wrapped, context, origin);
  }

  @Override
  public String current() {
    return keys.current();
  }
}
