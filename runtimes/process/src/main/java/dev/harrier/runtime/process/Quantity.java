package dev.harrier.runtime.process;

import dev.harrier.spi.Rejection;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * An amount as Kubernetes writes it: {@code 500m}, {@code 1.5}, {@code 512Mi}, {@code 1e9}. Of at
 * most {@link #CHARACTERS_MAX} characters and an exponent of three digits: what a number costs to
 * compute grows with its exponent, not with its length.
 */
final class Quantity {
  /** The longest amount that is read. */
  static final int CHARACTERS_MAX = 64;

  private static final Pattern SHAPE =
      Pattern.compile(
          "([+-]?[0-9.]+(?:[eE][+-]?[0-9]{1,3})?)(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?");
  private static final Map<String, BigDecimal> UNITS =
      Map.ofEntries(
          Map.entry("n", BigDecimal.ONE.movePointLeft(9)),
          Map.entry("u", BigDecimal.ONE.movePointLeft(6)),
          Map.entry("m", BigDecimal.ONE.movePointLeft(3)),
          Map.entry("k", BigDecimal.ONE.movePointRight(3)),
          Map.entry("M", BigDecimal.ONE.movePointRight(6)),
          Map.entry("G", BigDecimal.ONE.movePointRight(9)),
          Map.entry("T", BigDecimal.ONE.movePointRight(12)),
          Map.entry("P", BigDecimal.ONE.movePointRight(15)),
          Map.entry("E", BigDecimal.ONE.movePointRight(18)),
          Map.entry("Ki", BigDecimal.valueOf(1L << 10)),
          Map.entry("Mi", BigDecimal.valueOf(1L << 20)),
          Map.entry("Gi", BigDecimal.valueOf(1L << 30)),
          Map.entry("Ti", BigDecimal.valueOf(1L << 40)),
          Map.entry("Pi", BigDecimal.valueOf(1L << 50)),
          Map.entry("Ei", BigDecimal.valueOf(1L << 60)));

  private Quantity() {}

  /** Thousandths, rounded up. */
  static long millis(String what, String text) {
    return value(what, text).movePointRight(3).setScale(0, RoundingMode.CEILING).longValueExact();
  }

  /** Whole units, rounded up. */
  static long units(String what, String text) {
    return value(what, text).setScale(0, RoundingMode.CEILING).longValueExact();
  }

  private static BigDecimal value(String what, String text) {
    if (text.length() > CHARACTERS_MAX) {
      throw Rejection.invalid(
          "%s: expected an amount of at most %s characters, found %s that begin with '%s'",
          what, CHARACTERS_MAX, text.length(), text.substring(0, CHARACTERS_MAX));
    }
    var match = SHAPE.matcher(text.strip());
    try {
      if (match.matches()) {
        var number = new BigDecimal(match.group(1));
        var unit = match.group(2);
        var value = unit == null ? number : number.multiply(UNITS.get(unit));
        if (value.signum() >= 0 && value.compareTo(BigDecimal.valueOf(Long.MAX_VALUE / 1000)) < 0) {
          return value;
        }
      }
    } catch (NumberFormatException wrong) {
      throw wrong(what, text);
    }
    throw wrong(what, text);
  }

  private static RuntimeException wrong(String what, String text) {
    return Rejection.invalid(
        "%s: expected an amount like 500m, 2 or 512Mi, found '%s'", what, text);
  }
}
