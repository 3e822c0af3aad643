package dev.harrier.spi;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Guesses which name was meant by a misspelt one. */
public final class NearestName {
  private NearestName() {}

  /** The known name with the fewest edits from the unknown; empty if none is close. */
  public static Optional<String> of(String unknown, Collection<String> known) {
    // Two letters swapped, or a third of them wrong, is a slip; more is another word.
    var editsMax = Math.max(2, unknown.length() / 3);
    return known.stream()
        .filter(name -> edits(unknown, name) <= editsMax)
        .min(Comparator.comparingInt((String name) -> edits(unknown, name)).thenComparing(n -> n));
  }

  /** Levenshtein's distance, of letters without regard to case. */
  static int edits(String from, String to) {
    var previous = new int[to.length() + 1];
    for (var j = 0; j <= to.length(); j++) {
      previous[j] = j;
    }
    for (var i = 1; i <= from.length(); i++) {
      var current = new int[to.length() + 1];
      current[0] = i;
      for (var j = 1; j <= to.length(); j++) {
        var same =
            Character.toLowerCase(from.charAt(i - 1)) == Character.toLowerCase(to.charAt(j - 1));
        current[j] =
            Math.min(Math.min(current[j - 1], previous[j]) + 1, previous[j - 1] + (same ? 0 : 1));
      }
      previous = current;
    }
    return previous[to.length()];
  }
}
