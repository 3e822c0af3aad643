package dev.harrier.security.policy;

import static java.util.Objects.requireNonNull;

import dev.harrier.security.Caller;
import dev.harrier.security.Peer;
import java.time.Instant;
import java.util.Set;

/**
 * How and when a call is made, as far as a condition may ask.
 *
 * @param peer where it comes from
 * @param at the time of the call
 * @param strengths of the login, as its {@code acr} and {@code amr} claims say; empty if they are
 *     not known
 */
public record Circumstances(Peer peer, Instant at, Set<String> strengths) {
  public Circumstances {
    requireNonNull(peer, "peer");
    requireNonNull(at, "at");
    strengths = Set.copyOf(strengths);
  }

  /** Of a call of which nothing is known but its time. */
  public static Circumstances at(Instant at) {
    return new Circumstances(Peer.UNKNOWN, at, Set.of());
  }

  /** Of a caller's call. */
  public static Circumstances of(Caller caller, Instant at) {
    return new Circumstances(caller.peer(), at, caller.strengths());
  }
}
