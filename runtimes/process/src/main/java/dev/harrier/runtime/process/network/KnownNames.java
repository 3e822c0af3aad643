package dev.harrier.runtime.process.network;

import static java.util.Objects.requireNonNull;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The addresses of names as this machine knows them. A name is looked up when it is first asked
 * for, and again beside whoever asks once that is a while ago. An address that it had within the
 * last hour stays: services with many addresses tell a few of them each time.
 */
final class KnownNames {
  private static final Logger LOG = LoggerFactory.getLogger(KnownNames.class);
  private static final Duration KNOWN_FOR = Duration.ofMinutes(5);
  private static final Duration UNKNOWN_FOR = Duration.ofSeconds(30);
  private static final Duration KEPT_FOR = Duration.ofHours(1);
  private static final int ADDRESSES_MAX = 64;

  private final Lookup lookup;
  private final LongSupplier nanos;
  private final Executor again;
  private final Map<String, Name> names = new ConcurrentHashMap<>();

  /** Where addresses come from. */
  @FunctionalInterface
  interface Lookup {
    InetAddress[] addresses(String name) throws UnknownHostException;
  }

  /** As this machine looks names up. */
  KnownNames() {
    this(
        InetAddress::getAllByName,
        System::nanoTime,
        look -> Thread.ofVirtual().name("harrier-names").start(look));
  }

  /**
   * @param nanos a monotonic clock
   * @param again looks names up beside whoever asks
   */
  KnownNames(Lookup lookup, LongSupplier nanos, Executor again) {
    this.lookup = requireNonNull(lookup, "lookup");
    this.nanos = requireNonNull(nanos, "nanos");
    this.again = requireNonNull(again, "again");
  }

  /** What is known of a name, in an order that is always the same; none if nothing is. */
  List<InetAddress> of(String name) {
    return names.computeIfAbsent(name, Name::new).addresses();
  }

  private final class Name {
    private final String name;
    private final Map<InetAddress, Long> seenAt = new HashMap<>();
    private List<InetAddress> addresses = List.of();
    private long lookedAt;
    private boolean looked;
    private boolean looking;

    Name(String name) {
      this.name = name;
    }

    List<InetAddress> addresses() {
      synchronized (this) {
        if (looked) {
          var good = addresses.isEmpty() ? UNKNOWN_FOR : KNOWN_FOR;
          if (!looking && nanos.getAsLong() - lookedAt >= good.toNanos()) {
            looking = true;
            again.execute(this::look);
          }
          return addresses;
        }
      }
      look();
      synchronized (this) {
        return addresses;
      }
    }

    private void look() {
      InetAddress[] found;
      try {
        found = lookup.addresses(name);
      } catch (UnknownHostException none) {
        found = new InetAddress[0];
      }
      take(found);
    }

    private synchronized void take(InetAddress[] found) {
      var now = nanos.getAsLong();
      for (var address : found) {
        seenAt.put(address, now);
      }
      seenAt.values().removeIf(seen -> now - seen > KEPT_FOR.toNanos());
      var before = addresses;
      addresses =
          seenAt.entrySet().stream()
              .sorted(Map.Entry.<InetAddress, Long>comparingByValue().reversed())
              .limit(ADDRESSES_MAX)
              .map(Map.Entry::getKey)
              .sorted(Comparator.comparing(InetAddress::getHostAddress))
              .toList();
      if (addresses.isEmpty() && !(looked && before.isEmpty())) {
        LOG.warn(
            "tasks.egress: {} is not known to this machine now; tasks do not reach what is not known.",
            name);
      }
      lookedAt = now;
      looked = true;
      looking = false;
    }
  }
}
