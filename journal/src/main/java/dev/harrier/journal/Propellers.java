package dev.harrier.journal;

import static java.util.Objects.requireNonNull;

import dev.harrier.security.Access;
import dev.harrier.security.Caller;
import dev.harrier.security.Permission;
import dev.harrier.security.Scope;
import dev.harrier.spi.Rejection;
import dev.harrier.spi.ShardLease;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Which propeller calls, and which shards are its own. Leases are kept under an owner that begins
 * with the caller's own name, so that who may be one propeller cannot pose as another.
 */
public final class Propellers {
  /** Between the caller's name and what it calls its process; no name of a caller holds one. */
  private static final char SEPARATOR = '@';

  /** Neither a slash, which ends the host's name in an owner, nor what outside issuers put in. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9:._-]{1,200}");

  private static final int OWNER_LENGTH_MAX = 200;

  /** A shard that went to somebody else may be read for so long. */
  private static final Duration REMEMBERED = Duration.ofSeconds(1);

  private final Access access;
  private final Predicate<String> disabled;
  private final Function<String, Set<Integer>> held;
  private final LongSupplier nanos;
  private final Map<String, Snapshot> snapshots = new ConcurrentHashMap<>();

  /**
   * @param disabled whether what a subject may is over
   * @param held the shards of all owners that begin so, as rows have it
   * @param nanos a monotonic clock
   */
  public Propellers(
      Access access,
      Predicate<String> disabled,
      Function<String, Set<Integer>> held,
      LongSupplier nanos) {
    this.access = requireNonNull(access, "access");
    this.disabled = requireNonNull(disabled, "disabled");
    this.held = requireNonNull(held, "held");
    this.nanos = requireNonNull(nanos, "nanos");
  }

  private record Snapshot(Set<Integer> shards, long atNanos) {}

  /**
   * The propeller that calls.
   *
   * @throws dev.harrier.spi.RejectedException PERMISSION_DENIED for everybody else
   */
  Calling calling() {
    var caller = Caller.current();
    var calling = new Calling(caller);
    access.require(caller, Permission.EVENT_WRITE, Scope.platform());
    if (!NAME.matcher(caller.principal()).matches()) {
      throw Rejection.permissionDenied(
          "%s cannot be a propeller: expected a client of this installation.", caller);
    }
    return calling;
  }

  /** A propeller that may call. */
  final class Calling {
    private final Caller caller;
    private final String prefix;

    private Calling(Caller caller) {
      this.caller = caller;
      this.prefix = caller.principal() + SEPARATOR;
    }

    /** The name of the client that all propellers have that log in so. */
    String principal() {
      return caller.principal();
    }

    /** Returns if it may still call, which a stream asks again and again; only a no is recorded. */
    void requireStill() {
      if (!access.may(caller, Permission.EVENT_WRITE, Scope.platform())) {
        access.require(caller, Permission.EVENT_WRITE, Scope.platform());
      }
      if (disabled.test(caller.principal())) {
        throw Rejection.permissionDenied("%s is disabled.", caller);
      }
    }

    /** The owner under which its leases are kept. */
    String owner(String told) {
      if (told.isEmpty() || told.length() > OWNER_LENGTH_MAX) {
        throw Rejection.invalid(
            "owner: expected 1 to %s letters, found %s", OWNER_LENGTH_MAX, told.length());
      }
      return prefix + told;
    }

    /** Returns if the lease was given to this propeller; whether it still holds is for the rows. */
    void requireOwn(ShardLease lease) {
      if (!lease.owner().startsWith(prefix)) {
        throw Rejection.permissionDenied(
            "The lease of shard %s is not of the propeller that calls.", lease.shard());
      }
    }

    /** Says that it has got shards just now. */
    void gained() {
      snapshots.remove(prefix);
    }

    /**
     * Whether the shard is this propeller's, as it was known a second ago at most: one look answers
     * for all shards, those of others too.
     */
    boolean heldLately(int shard) {
      return lately().orElseGet(this::look).contains(shard);
    }

    /** Those of the shards that are this propeller's. */
    List<Integer> held(Collection<Integer> shards) {
      // What was gained within the second is asked for by whoever gained it: one look more.
      var held = lately().filter(known -> known.containsAll(shards)).orElseGet(this::look);
      return shards.stream().filter(held::contains).toList();
    }

    /** Returns if all the shards are this propeller's. */
    void requireHeld(Collection<Integer> shards) {
      var held = Set.copyOf(held(shards));
      for (var shard : shards) {
        if (!held.contains(shard)) {
          throw Rejection.aborted("Shard %s is not of the propeller that calls.", shard);
        }
      }
    }

    private Optional<Set<Integer>> lately() {
      var now = nanos.getAsLong();
      return Optional.ofNullable(snapshots.get(prefix))
          .filter(known -> now - known.atNanos() < REMEMBERED.toNanos())
          .map(Snapshot::shards);
    }

    private Set<Integer> look() {
      var now = nanos.getAsLong();
      var shards = Set.copyOf(held.apply(prefix));
      snapshots.put(prefix, new Snapshot(shards, now));
      return shards;
    }
  }
}
