package dev.harrier.server.port;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.harrier.security.RemoteNetwork;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many connections there may be at once: from one address, so that nobody takes those of all;
 * and in all, so that files are left for the policy, the database and tasks.
 *
 * <p>Connections of this machine are not counted by address, for a proxy on it speaks for
 * everybody.
 */
final class Connections {
  /** Kept free of connections: a quarter of the files that the process may open. */
  private static final int RESERVE_PART = 4;

  private static final int TOTAL_MAX = 100_000;

  private final int perAddressMax;
  private final Counter refused;
  private final ConcurrentHashMap<String, Integer> open = new ConcurrentHashMap<>();

  Connections(int perAddressMax, MeterRegistry registry) {
    this.perAddressMax = perAddressMax;
    this.refused =
        Counter.builder("harrier.connections.refused")
            .description("Connections over server.callerLimits.connections of one address")
            .register(registry);
  }

  /** How many the process can have. */
  static int total() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? total(unix.getMaxFileDescriptorCount())
        : TOTAL_MAX;
  }

  /**
   * @param filesMax that the process may open
   */
  static int total(long filesMax) {
    return Math.clamp(filesMax - filesMax / RESERVE_PART, 1, TOTAL_MAX);
  }

  /** Counts a new connection until it is closed, or closes it. */
  void admit(Channel channel) {
    if (!(channel.remoteAddress() instanceof InetSocketAddress remote)
        || remote.getAddress() == null
        || remote.getAddress().isLoopbackAddress()) {
      return;
    }
    var address = RemoteNetwork.of(remote.getAddress()).prefix();
    if (open.merge(address, 1, Integer::sum) > perAddressMax) {
      // A line in the log for each would be another way to fill the disk.
      refused.increment();
      close(channel);
    }
    var unused =
        channel
            .closeFuture()
            .addListener(
                closed ->
                    open.computeIfPresent(address, (same, count) -> count == 1 ? null : count - 1));
  }

  private static void close(Channel channel) {
    var unused = channel.close();
  }
}
