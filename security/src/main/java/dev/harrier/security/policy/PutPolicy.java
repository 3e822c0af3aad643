package dev.harrier.security.policy;

import static java.util.Objects.requireNonNull;

import dev.harrier.security.Access;
import dev.harrier.security.Caller;
import dev.harrier.security.Permission;
import dev.harrier.security.Scope;
import dev.harrier.spi.Rejection;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Replaces the policy, or says what that would change. */
public final class PutPolicy {
  private static final Logger LOG = LoggerFactory.getLogger(PutPolicy.class);

  private final Access access;
  private final WriterLimits limits;
  private final PolicyStore store;
  private final PolicyInForce inForce;
  private final Clock clock;

  public PutPolicy(
      Access access, WriterLimits limits, PolicyStore store, PolicyInForce inForce, Clock clock) {
    this.access = requireNonNull(access, "access");
    this.limits = requireNonNull(limits, "limits");
    this.store = requireNonNull(store, "store");
    this.inForce = requireNonNull(inForce, "inForce");
    this.clock = requireNonNull(clock, "clock");
  }

  /**
   * What was put, or would be.
   *
   * @param etag of the new text
   * @param findings what is worth a look; none of it kept the text from being taken
   */
  public record Outcome(String etag, List<String> findings, PolicyDifference difference) {
    public Outcome {
      findings = List.copyOf(findings);
    }
  }

  /**
   * Puts a text in the place of the one that has that etag; in force here once this returns, and in
   * every other process within a second.
   *
   * @param etag empty while there is no policy
   * @param dryRun whether nothing is to change
   * @throws dev.harrier.spi.RejectedException PERMISSION_DENIED if the caller may not change this
   *     much, ABORTED if another text is there, INVALID_ARGUMENT with all findings if the new one
   *     is not sound or fails its own tests, FAILED_PRECONDITION if the store cannot be written
   */
  public Outcome put(Caller caller, String text, String etag, boolean dryRun) {
    // What another process changed a moment ago decides already.
    inForce.look();
    if (!access.mayAnywhere(caller, Permission.POLICY_WRITE)) {
      access.require(caller, Permission.POLICY_WRITE, Scope.platform());
    }
    var before = inForce.current();
    var stored = store.readFor(before.text());
    requireSame(stored, etag);
    var next = good(PolicyText.of(text), clock.instant());
    if (!stored.equals(before.text()) && !limits.none(caller, before.policy())) {
      throw Rejection.failedPrecondition(
          "The text in %s, '%s', is not in force: it was changed a moment ago, or it cannot be. Ask again in a second; who holds every permission may replace it at once.",
          store.source(), stored.etag());
    }
    limits.require(caller, before.policy(), next.policy());
    var difference = PolicyDifference.between(before.policy(), next.policy(), clock.instant());
    if (!dryRun && !next.text().equals(stored)) {
      store.replace(next.text(), etag, caller.principal());
      inForce.take(next);
      LOG.info(
          "access policy in {}: {} replaced '{}' by '{}', with {} bindings and {} denies",
          store.source(),
          caller,
          etag,
          next.text().etag(),
          next.policy().bindings().size(),
          next.policy().denies().size());
    }
    return new Outcome(next.text().etag(), ended(next.policy(), clock.instant()), difference);
  }

  private static void requireSame(PolicyText stored, String etag) {
    if (stored.etag().equals(etag)) {
      return;
    }
    if (etag.isEmpty()) {
      throw Rejection.invalid(
          "etag: expected that of the policy which this one replaces, found none. Read it first: it is '%s' now.",
          stored.etag());
    }
    throw stored.stale(etag);
  }

  private static PolicyInForce.Loaded good(PolicyText text, Instant now) {
    if (text.none()) {
      throw Rejection.invalid(
          "text: expected a policy, found nothing. Who means that nobody is bound to anything writes 'apiVersion: authz/v1'.");
    }
    PolicyInForce.Loaded loaded;
    try {
      loaded = PolicyInForce.Loaded.of(text);
    } catch (PolicyException unsound) {
      throw refused("is not sound", unsound.findings());
    }
    var failures = Explanation.failures(loaded.policy(), now);
    if (!failures.isEmpty()) {
      throw refused("fails its own tests", failures);
    }
    return loaded;
  }

  private static RuntimeException refused(String what, List<String> findings) {
    return Rejection.invalid(
        "%s", "The policy %s:\n%s".formatted(what, String.join("\n", findings)));
  }

  /** Bindings that say nothing any more. */
  static List<String> ended(Policy policy, Instant now) {
    return policy.bindings().stream()
        .filter(binding -> binding.until().filter(until -> !now.isBefore(until)).isPresent())
        .map(
            binding ->
                "binding '%s' ended at %s and can go"
                    .formatted(binding.name(), binding.until().orElseThrow()))
        .toList();
  }
}
