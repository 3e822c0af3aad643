package dev.harrier.admin.query;

import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;

/** Reads the values of filters by the type of their column. */
final class Values {
  private static final int NUMBER_CHARACTERS_MAX = 40;

  // PostgreSQL's own range is far wider; this one is safe in every text form of it.
  private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999Z");

  private Values() {}

  static Long number(Filter filter, String text) {
    try {
      return Long.valueOf(text);
    } catch (NumberFormatException none) {
      throw expected(filter, "a whole number", text);
    }
  }

  /** RFC 3339, or without an offset for UTC, or a date alone. */
  static Instant time(Filter filter, String text) {
    var time =
        parseTime(text)
            .filter(instant -> !instant.isBefore(EARLIEST) && !instant.isAfter(LATEST))
            .orElseThrow(() -> expected(filter, "a timestamp that conforms to RFC 3339", text));
    return time;
  }

  private static Optional<Instant> parseTime(String text) {
    if (text.length() > NUMBER_CHARACTERS_MAX) {
      return Optional.empty();
    }
    var iso = text.replace(' ', 'T');
    try {
      if (iso.length() == "2026-01-01".length()) {
        return Optional.of(LocalDate.parse(iso).atStartOfDay().toInstant(ZoneOffset.UTC));
      }
      var clock = iso.substring(Math.min(iso.length(), iso.indexOf('T') + 1));
      var hasOffset = clock.endsWith("Z") || clock.contains("+") || clock.contains("-");
      return Optional.of(
          hasOffset
              ? OffsetDateTime.parse(iso).toInstant()
              : LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC));
    } catch (DateTimeException none) {
      // Not a time in any of the forms; the caller says so.
      return Optional.empty();
    }
  }

  /** Seconds, or a length of time as Go writes it. */
  static BigDecimal seconds(Filter filter, String text) {
    return Lengths.parse(text)
        .orElseThrow(
            () ->
                Rejection.invalid(
                    "Failed to parse duration [%s] in the filter on '%s': expected seconds, or a text like 1h2m3.5s",
                    Echo.of(text), filter.column().name()));
  }

  /** Whether a word of a closed set is one that the filter asks for. */
  static boolean holds(Filter filter, String word) {
    return switch (filter.function()) {
      case CONTAINS -> like(word, "%" + filter.value() + "%");
      case NOT_LIKE -> !like(word, filter.value());
      case GREATER -> word.compareTo(filter.value()) > 0;
      case GREATER_OR_EQUAL -> word.compareTo(filter.value()) >= 0;
      case LESS -> word.compareTo(filter.value()) < 0;
      case LESS_OR_EQUAL -> word.compareTo(filter.value()) <= 0;
      case EQUAL -> word.equals(filter.value());
      case NOT_EQUAL -> !word.equals(filter.value());
      case IN -> filter.values().contains(word);
      case NOT_IN -> !filter.values().contains(word);
    };
  }

  /** SQL's LIKE without an escape. The words are short, so is the work. */
  static boolean like(String word, String pattern) {
    var reached = new boolean[word.length() + 1];
    reached[0] = true;
    for (var i = 0; i < pattern.length(); i++) {
      var symbol = pattern.charAt(i);
      if (symbol == '%') {
        for (var j = 1; j <= word.length(); j++) {
          reached[j] |= reached[j - 1];
        }
      } else {
        for (var j = word.length(); j > 0; j--) {
          reached[j] = reached[j - 1] && (symbol == '_' || symbol == word.charAt(j - 1));
        }
        reached[0] = false;
      }
    }
    return reached[word.length()];
  }

  private static RejectedException expected(Filter filter, String what, String found) {
    return Rejection.invalid(
        "invalid value for the filter on '%s': expected %s, got '%s'",
        filter.column().name(), what, Echo.of(found));
  }
}
