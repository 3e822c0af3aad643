package dev.harrier.security.provider;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a provider publishes: fetched by one for all who wait, kept while it is fresh, used on while
 * a newer one cannot be had, and asked for ever more rarely while the provider is down.
 */
final class RefreshingCache<T> {
  private static final Logger LOG = LoggerFactory.getLogger(RefreshingCache.class);
  private static final Duration FRESH = Duration.ofMinutes(5);
  private static final Duration KEPT = Duration.ofHours(24);
  private static final Duration PAUSE_MIN = Duration.ofSeconds(1);
  private static final Duration PAUSE_MAX = Duration.ofMinutes(1);

  /** Anybody can send tokens of keys that are not there; the provider must not notice. */
  private static final Duration UNKNOWN_PAUSE = Duration.ofSeconds(10);

  private final String what;
  private final Fetch<T> fetch;
  private final Clock clock;
  private final Executor executor;

  private Optional<Held<T>> held = Optional.empty();
  private Optional<CompletableFuture<T>> flight = Optional.empty();
  private Instant lastTry = Instant.MIN;
  private int failures;

  /** Gets a new one from afar. */
  interface Fetch<T> {
    /**
     * Fetches it.
     *
     * @param before the one before, for those who keep it if nothing changed
     */
    T fetch(Optional<T> before) throws IOException;
  }

  private record Held<T>(T value, Instant at) {}

  RefreshingCache(String what, Fetch<T> fetch, Clock clock, Executor executor) {
    this.what = requireNonNull(what, "what");
    this.fetch = requireNonNull(fetch, "fetch");
    this.clock = requireNonNull(clock, "clock");
    this.executor = requireNonNull(executor, "executor");
  }

  /**
   * The one at hand, or the first one.
   *
   * @throws ProviderUnavailableException if there is none, or the last one is a day old
   */
  T get() {
    CompletableFuture<T> coming;
    synchronized (this) {
      var now = clock.instant();
      if (held.isPresent() && now.isBefore(held.get().at().plus(FRESH))) {
        return held.get().value();
      }
      var usable = held.filter(one -> now.isBefore(one.at().plus(KEPT)));
      if (flight.isEmpty() && now.isBefore(nextTry())) {
        return usable.map(Held::value).orElseThrow(this::unavailable);
      }
      coming = flown(now);
      if (usable.isPresent()) {
        return usable.get().value();
      }
    }
    return joined(coming);
  }

  /** A newer one than what was seen, if it is time to ask for one. */
  T newerThan(T seen) {
    CompletableFuture<T> coming;
    synchronized (this) {
      var now = clock.instant();
      var current = held.map(Held::value);
      if (current.isPresent() && current.get() != seen) {
        return current.get();
      }
      if (flight.isEmpty() && now.isBefore(later(nextTry(), lastTry.plus(UNKNOWN_PAUSE)))) {
        return seen;
      }
      coming = flown(now);
    }
    try {
      return joined(coming);
    } catch (ProviderUnavailableException e) {
      // What was at hand is still the best there is.
      return seen;
    }
  }

  private CompletableFuture<T> flown(Instant now) {
    if (flight.isPresent()) {
      return flight.get();
    }
    lastTry = now;
    var before = held.map(Held::value);
    var coming = new CompletableFuture<T>();
    flight = Optional.of(coming);
    executor.execute(() -> land(coming, before));
    return coming;
  }

  private void land(CompletableFuture<T> coming, Optional<T> before) {
    try {
      var value = fetch.fetch(before);
      synchronized (this) {
        held = Optional.of(new Held<>(value, clock.instant()));
        failures = 0;
        flight = Optional.empty();
      }
      coming.complete(value);
    } catch (ProviderUnavailableException e) {
      failed(coming, e);
    } catch (IOException | RuntimeException e) {
      failed(
          coming, new ProviderUnavailableException("%s: %s.".formatted(what, e.getMessage()), e));
    }
  }

  private void failed(CompletableFuture<T> coming, ProviderUnavailableException why) {
    synchronized (this) {
      failures++;
      flight = Optional.empty();
    }
    LOG.warn("Not fetched: {}", why.getMessage());
    coming.completeExceptionally(why);
  }

  private Instant nextTry() {
    if (failures == 0) {
      return Instant.MIN;
    }
    var doubled = PAUSE_MIN.multipliedBy(1L << Math.min(failures - 1, 6));
    return lastTry.plus(doubled.compareTo(PAUSE_MAX) < 0 ? doubled : PAUSE_MAX);
  }

  private ProviderUnavailableException unavailable() {
    return new ProviderUnavailableException(
        "%s: it did not answer a moment ago, and is not asked again yet.".formatted(what));
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  private static <T> T joined(CompletableFuture<T> coming) {
    try {
      return coming.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof ProviderUnavailableException unavailable) {
        throw unavailable;
      }
      throw e;
    }
  }
}
