package dev.harrier.admin.query;

import java.math.BigDecimal;
import java.util.Optional;

/** Lengths of time as filters write them: seconds, or numbers with units as Go has them. */
final class Lengths {
  private static final int CHARACTERS_MAX = 40;
  private static final int EXPONENT_MAX = 18;

  private Lengths() {}

  /** In seconds; empty if the text is no length of time. */
  static Optional<BigDecimal> parse(String text) {
    if (text.isEmpty() || text.length() > CHARACTERS_MAX) {
      return Optional.empty();
    }
    return seconds(text).or(() -> units(text));
  }

  private static Optional<BigDecimal> seconds(String text) {
    try {
      var number = new BigDecimal(text);
      // A short text such as 1e999999999 stands for a number that nobody can write out.
      return Math.abs((long) number.scale()) > EXPONENT_MAX
          ? Optional.empty()
          : Optional.of(number);
    } catch (NumberFormatException none) {
      // Not bare seconds; it may have units.
      return Optional.empty();
    }
  }

  private static Optional<BigDecimal> units(String text) {
    var negative = text.charAt(0) == '-';
    var at = negative || text.charAt(0) == '+' ? 1 : 0;
    var total = BigDecimal.ZERO;
    if (at == text.length()) {
      return Optional.empty();
    }
    while (at < text.length()) {
      var begin = at;
      while (at < text.length() && isNumeral(text.charAt(at))) {
        at++;
      }
      var unitBegin = at;
      while (at < text.length() && !isNumeral(text.charAt(at))) {
        at++;
      }
      var unit = unit(text.substring(unitBegin, at));
      var number = seconds(text.substring(begin, unitBegin));
      if (unit.isEmpty() || number.isEmpty()) {
        return Optional.empty();
      }
      total = total.add(number.orElseThrow().multiply(unit.orElseThrow()));
    }
    return Optional.of(negative ? total.negate() : total);
  }

  private static boolean isNumeral(char symbol) {
    return (symbol >= '0' && symbol <= '9') || symbol == '.';
  }

  private static Optional<BigDecimal> unit(String name) {
    return switch (name) {
      case "h" -> Optional.of(BigDecimal.valueOf(3600));
      case "m" -> Optional.of(BigDecimal.valueOf(60));
      case "s" -> Optional.of(BigDecimal.ONE);
      case "ms" -> Optional.of(BigDecimal.valueOf(1, 3));
      case "us", "µs", "μs" -> Optional.of(BigDecimal.valueOf(1, 6));
      case "ns" -> Optional.of(BigDecimal.valueOf(1, 9));
      default -> Optional.empty();
    };
  }
}
