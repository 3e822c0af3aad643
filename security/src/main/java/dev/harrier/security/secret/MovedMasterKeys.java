package dev.harrier.security.secret;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
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
    Optional<UnknownMasterKeyException> unknown = Optional.empty();
    // Only who may have it is asked: another one may be away by now, or forget it and be gone.
    for (var keys : all().filter(one -> one.mayHave(wrapped.master())).toList()) {
      try {
        return keys.unwrap(wrapped, context);
      } catch (UnknownMasterKeyException another) {
        unknown = Optional.of(another);
      }
    }
    throw unknown.orElseGet(
        () ->
            new UnknownMasterKeyException(
                "The secret is wrapped with the master key %s: expected one of those that the configuration names"
                    .formatted(wrapped.master())));
  }

  @Override
  public String current() {
    return now.current();
  }

  private Stream<MasterKeys> all() {
    return Stream.concat(Stream.of(now), former.stream());
  }
}
