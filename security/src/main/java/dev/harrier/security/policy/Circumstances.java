package dev.harrier.security.policy;

import static java.util.Objects.requireNonNull;

import io.grpc.Context;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * How and when a call is made, as far as a condition may ask.
 *
 * @param address of the caller; empty inside of the program
 * @param at the time of the call
 * @param strengths of the login, as its {@code acr} and {@code amr} claims say
 * @param certificate whether the caller showed a certificate that was verified
 */
public record Circumstances(
    Optional<InetAddress> address, Instant at, Set<String> strengths, boolean certificate) {
  private static final Context.Key<Circumstances> KEY = Context.key("harrier-circumstances");

  public Circumstances {
    requireNonNull(address, "address");
    requireNonNull(at, "at");
    strengths = Set.copyOf(strengths);
  }

  /** Of a call of which nothing is known but its time. */
  public static Circumstances at(Instant at) {
    return new Circumstances(Optional.empty(), at, Set.of(), false);
  }

  /** Of the call that this thread serves; the present moment and nothing else outside of any. */
  public static Circumstances current() {
    var bound = KEY.get();
    return bound == null ? at(Instant.now()) : bound;
  }

  /** The context with these in it. */
  public Context bound(Context context) {
    return context.withValue(KEY, this);
  }
}
