package dev.harrier.security.policy;

import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What must be so for a binding or a deny to count. All that is given must hold; nothing given
 * always holds.
 *
 * @param addresses the caller's is in one of them; empty for any
 * @param hours the call is made within; empty for any time
 * @param strengths one of them is in the login's {@code acr} or {@code amr}; empty for any login
 * @param certificate whether the caller must have shown a certificate
 * @param owner whether the thing must be the caller's own
 */
public record Condition(
    List<CidrBlock> addresses,
    Optional<Hours> hours,
    Set<String> strengths,
    boolean certificate,
    boolean owner) {
  /** Always holds. */
  public static final Condition ALWAYS =
      new Condition(List.of(), Optional.empty(), Set.of(), false, false);

  public Condition {
    addresses = List.copyOf(addresses);
    strengths = Set.copyOf(strengths);
  }

  /**
   * A part of each week.
   *
   * @param from inclusive; after {@code to} if it goes over midnight, and then a day means the one
   *     on which it begins
   * @param to exclusive
   */
  public record Hours(ZoneId zone, Set<DayOfWeek> days, LocalTime from, LocalTime to) {
    public Hours {
      days = Set.copyOf(days);
    }

    boolean hold(Circumstances circumstances) {
      var at = circumstances.at().atZone(zone);
      var time = at.toLocalTime();
      if (from.isBefore(to)) {
        return days.contains(at.getDayOfWeek()) && !time.isBefore(from) && time.isBefore(to);
      }
      return (!time.isBefore(from) && days.contains(at.getDayOfWeek()))
          || (time.isBefore(to) && days.contains(at.getDayOfWeek().minus(1)));
    }
  }

  /**
   * Whether it holds but for the question whose the thing is.
   *
   * @param unknown the answer where a fact that it asks for is not known: what allows must not
   *     then, and what denies must
   */
  boolean holds(Circumstances circumstances, boolean unknown) {
    return fromAddress(circumstances, unknown)
        && (hours.isEmpty() || hours.get().hold(circumstances))
        && byStrength(circumstances, unknown)
        && (!certificate || circumstances.peer().certificate());
  }

  private boolean fromAddress(Circumstances circumstances, boolean unknown) {
    return addresses.isEmpty()
        || circumstances
            .peer()
            .address()
            .map(address -> addresses.stream().anyMatch(block -> block.contains(address)))
            .orElse(unknown);
  }

  private boolean byStrength(Circumstances circumstances, boolean unknown) {
    if (strengths.isEmpty()) {
      return true;
    }
    return circumstances.strengths().isEmpty()
        ? unknown
        : strengths.stream().anyMatch(circumstances.strengths()::contains);
  }
}
