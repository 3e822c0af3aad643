package dev.harrier.security.policy;

import static java.util.Objects.requireNonNull;

import dev.harrier.audit.AuditLog;
import dev.harrier.audit.AuditRecord;
import dev.harrier.audit.Event;
import dev.harrier.audit.Outcome;
import dev.harrier.security.PeriodicTask;
import dev.harrier.spi.StoreUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The policy that decides in this process: what its store has, as far as it is sound and passes its
 * own tests. Any other text leaves the last good one in force, and is told in the log once.
 *
 * <p>Once started it looks four times a second, so what another process or a person changed is in
 * force within one second.
 */
public final class PolicyInForce implements Supplier<PolicyIndex>, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PolicyInForce.class);

  private static final Duration LOOK_EVERY = Duration.ofMillis(250);

  private final PolicyStore store;
  private final PeriodicTask looks =
      new PeriodicTask("access-policy", LOOK_EVERY, this::lookSafely);
  private volatile AuditLog log = AuditLog.NONE;
  private volatile Loaded loaded;
  private PolicyText seen;
  private Optional<String> refused = Optional.empty();

  private PolicyInForce(PolicyStore store, PolicyText seen, Loaded loaded) {
    this.store = store;
    this.seen = seen;
    this.loaded = loaded;
  }

  /** A policy that is in force, with the text that it was read from. */
  public record Loaded(PolicyText text, Policy policy, PolicyIndex index) {
    static Loaded of(PolicyText text) {
      return of(text, text.none() ? Policy.EMPTY : PolicyReader.read(text.text()));
    }

    static Loaded of(PolicyText text, Policy policy) {
      return new Loaded(text, policy, PolicyIndex.of(policy));
    }
  }

  /**
   * Takes what the store has. Tests of its own that fail are only told, loudly: a binding that they
   * count on may have ended since.
   *
   * @throws PolicyException if that is not sound and the store has none before it that is: a start
   *     on a wrong policy is none
   * @throws StoreUnavailableException if it cannot be read
   */
  public static PolicyInForce open(PolicyStore store) {
    requireNonNull(store, "store");
    var text = store.read(PolicyText.NONE);
    var loaded = firstSound(store, text);
    var failures = Explanation.failures(loaded.policy(), Instant.now());
    if (!failures.isEmpty()) {
      LOG.error(
          "access policy in {}: it is in force although it fails {} of its own tests:\n{}",
          store.source(),
          failures.size(),
          String.join("\n", failures));
    }
    return new PolicyInForce(store, text, loaded);
  }

  private static Loaded firstSound(PolicyStore store, PolicyText text) {
    try {
      return Loaded.of(text);
    } catch (PolicyException unsound) {
      for (var earlier : store.earlier()) {
        try {
          var loaded = Loaded.of(earlier);
          LOG.error(
              "access policy in {}: {} is in force, since the last one, {}, is not sound:\n{}",
              store.source(),
              earlier,
              text,
              String.join("\n", unsound.findings()));
          return loaded;
        } catch (PolicyException unsoundToo) {
          // The one before it may be; if none is, the last one's findings are what to mend.
        }
      }
      throw unsound;
    }
  }

  @Override
  public PolicyIndex get() {
    return loaded.index();
  }

  /** What decides at the moment. */
  public Loaded current() {
    return loaded;
  }

  /**
   * Begins to look for changes.
   *
   * @param recorded where each that is found is recorded, and each that cannot be in force
   */
  public void start(AuditLog recorded) {
    log = requireNonNull(recorded, "recorded");
    looks.start();
  }

  // Said once rather than four times a second.
  void lookSafely() {
    try {
      look();
    } catch (RuntimeException wrong) {
      refuse("unknown", List.of("looking at it went wrong: " + wrong));
    }
  }

  @Override
  public void close() {
    looks.close();
  }

  /** Takes in what the store has if it changed; whether another policy is in force since. */
  public synchronized boolean look() {
    var before = seen;
    try {
      seen = store.read(before);
    } catch (PolicyException unreadable) {
      return refuse("unreadable", unreadable.findings());
    } catch (StoreUnavailableException away) {
      return refuse("away", List.of(String.valueOf(away.getMessage())));
    }
    if (seen.equals(loaded.text())) {
      refused = Optional.empty();
      return false;
    }
    if (refused.equals(Optional.of(seen.etag())) || !(store.whole() || seen.equals(before))) {
      return false;
    }
    if (seen.none()) {
      // Gone, or half replaced: whoever means to grant nothing writes so.
      return refuse(seen.etag(), List.of("it is gone or empty"));
    }
    return takeIfGood(seen);
  }

  private boolean takeIfGood(PolicyText text) {
    Loaded next;
    try {
      next = Loaded.of(text);
    } catch (PolicyException unsound) {
      return refuse(text.etag(), unsound.findings());
    }
    var failures = Explanation.failures(next.policy(), Instant.now());
    if (!failures.isEmpty()) {
      return refuse(text.etag(), failures);
    }
    take(next);
    LOG.info(
        "access policy in {}: {} is in force, with {} bindings and {} denies",
        store.source(),
        text,
        next.policy().bindings().size(),
        next.policy().denies().size());
    record(Outcome.OK, "etag", text.etag());
    return true;
  }

  /** Decides by a policy that was just put into the store. */
  synchronized void take(Loaded next) {
    loaded = next;
    seen = next.text();
    refused = Optional.empty();
  }

  private synchronized boolean refuse(String what, List<String> findings) {
    if (!refused.equals(Optional.of(what))) {
      LOG.error(
          "access policy in {}: the one before stays in force, since this one cannot be:\n{}",
          store.source(),
          String.join("\n", findings));
      refused = Optional.of(what);
      record(Outcome.FAILED, "refused", what);
    }
    return false;
  }

  // Findings quote the policy, so they are in the program's log alone.
  private void record(Outcome outcome, String name, String value) {
    var details = new TreeMap<String, Object>();
    details.put("source", store.source());
    details.put(name, value);
    log.record(AuditRecord.system(Event.POLICY_CHANGED, outcome, details));
  }
}
