package dev.harrier.security.secret;

import static java.util.Objects.requireNonNull;

import dev.harrier.spi.StoreUnavailableException;
import java.util.List;
import java.util.stream.Stream;

/**
 * Master keys that moved: new ones wrap, and what the former ones wrapped still opens until a
 * rotation has wrapped it anew.
 */
public final class MovedMasterKeys implements MasterKeys {
  private final MasterKeys now;
  private final List<MasterKeys> former;

  public MovedMasterKeys(MasterKeys now, List<MasterKeys> former) {
    this.now = requireNonNull(now, "now");
    this.former = List.copyOf(former);
  }

  @Override
  public Wrapped wrap(byte[] dataKey, byte[] context) {
    return now.wrap(dataKey, context);
  }

  @Override
  public boolean mayHave(String master) {
    return all().anyMatch(keys -> keys.mayHave(master));
  }

  @Override
  public byte[] unwrap(Wrapped wrapped, byte[] context) {
    RuntimeException why =
        new UnknownMasterKeyException(
            "The secret is wrapped with the master key %s: expected one of those that the configuration names"
                .formatted(wrapped.master()));
    // Only who may have it is asked: another one may be away by now. And a file that is gone hides
    // no key that the next one has.
    for (var keys : all().filter(one -> one.mayHave(wrapped.master())).toList()) {
      try {
        return keys.unwrap(wrapped, context);
      } catch (UnknownMasterKeyException another) {
        why = why instanceof StoreUnavailableException ? why : another;
      } catch (StoreUnavailableException away) {
        why = away;
      }
    }
    throw why;
  }

  @Override
  public String current() {
    return now.current();
  }

  private Stream<MasterKeys> all() {
    return Stream.concat(Stream.of(now), former.stream());
  }
}
