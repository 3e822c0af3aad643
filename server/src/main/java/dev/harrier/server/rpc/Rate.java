package dev.harrier.server.rpc;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * How often each of many callers may come: so many times a second over time, and a burst after a
 * pause. A caller costs one number in memory, and is forgotten after a while.
 */
public final class Rate {
  /** An attacker with more addresses than this is none that counting stops. */
  private static final int CALLERS_MAX = 100_000;

  private static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(10);

  private final long nanosPerCall;
  private final long burstNanos;
  private final LongSupplier nanoTime;

  /**
   * When each caller would have used up all that it was given (the generic cell rate algorithm).
   */
  private final Cache<String, AtomicLong> usedUpTo =
      Caffeine.newBuilder().maximumSize(CALLERS_MAX).expireAfterAccess(FORGOTTEN_AFTER).build();

  /**
   * @param perSecond over time, at least 1
   * @param burst at once after a pause, at least 1
   */
  public Rate(int perSecond, int burst) {
    this(perSecond, burst, System::nanoTime);
  }

  Rate(int perSecond, int burst, LongSupplier nanoTime) {
    this.nanosPerCall = Math.max(1, Duration.ofSeconds(1).toNanos() / perSecond);
    this.burstNanos = Math.multiplyExact(nanosPerCall, burst);
    this.nanoTime = nanoTime;
  }

  /**
   * Takes one call from a caller's share.
   *
   * @return empty if there was one left; else how long until there is
   */
  public Optional<Duration> take(String caller) {
    var now = nanoTime.getAsLong();
    var upTo = usedUpTo.get(caller, unseen -> new AtomicLong(now));
    while (true) {
      var seen = upTo.get();
      // Differences, since the clock's numbers may wrap around.
      var from = seen - now < 0 ? now : seen;
      var next = from + nanosPerCall;
      var over = next - now - burstNanos;
      if (over > 0) {
        return Optional.of(Duration.ofNanos(over));
      }
      if (upTo.compareAndSet(seen, next)) {
        return Optional.empty();
      }
    }
  }
}
