package dev.harrier.security.secret;

import static java.util.Objects.requireNonNull;

/**
 * Master keys that moved: new ones wrap, and what the former ones wrapped still opens until a
 * rotation has wrapped it anew.
 */
public final class MovedMasterKeys implements MasterKeys {
  private final MasterKeys now;
  private final MasterKeys before;

  public MovedMasterKeys(MasterKeys now, MasterKeys before) {
    this.now = requireNonNull(now, "now");
    this.before = requireNonNull(before, "before");
  }

  @Override
  public Wrapped wrap(byte[] dataKey, byte[] context) {
    return now.wrap(dataKey, context);
  }

  @Override
  public byte[] unwrap(Wrapped wrapped, byte[] context) {
    try {
      return now.unwrap(wrapped, context);
    } catch (UnknownMasterKeyException another) {
      return before.unwrap(wrapped, context);
    }
  }

  @Override
  public String current() {
    return now.current();
  }
}
