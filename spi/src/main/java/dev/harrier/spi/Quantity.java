package dev.harrier.spi;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Amounts of a resource as Kubernetes writes them: {@code 500m}, {@code 2}, {@code 4Gi}, {@code
 * 1e9}. One that registration takes is one that a runtime can read.
 */
public final class Quantity {
  /** A longer text is no quantity: nobody writes one, and reading it would cost too much. */
  public static final int CHARACTERS_MAX = 64;

  private static final BigDecimal MAX = BigDecimal.valueOf(Long.MAX_VALUE);

  /** An exponent has at most three digits, so that no text stands for a number of gigabytes. */
  private static final Pattern FORM =
      Pattern.compile(
          "([+-]?(?:\\d+(?:\\.\\d*)?|\\.\\d+))([KMGTPE]i|[numkMGTPE]?|[eE][+-]?\\d{1,3})");

  private static final Map<String, BigDecimal> FACTORS =
      Map.ofEntries(
          Map.entry("", BigDecimal.ONE),
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

  /**
   * The amount in the resource's own unit: processors, bytes or pieces.
   *
   * @return at least 0, at most {@link Long#MAX_VALUE}; empty if the text is no such quantity
   */
  public static Optional<BigDecimal> parse(String text) {
    if (text.length() > CHARACTERS_MAX) {
      return Optional.empty();
    }
    var matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    var number = new BigDecimal(matcher.group(1));
    var factor = FACTORS.get(matcher.group(2));
    var amount =
        factor == null
            ? number.scaleByPowerOfTen(Integer.parseInt(matcher.group(2).substring(1)))
            : number.multiply(factor);
    return inRange(amount) ? Optional.of(amount) : Optional.empty();
  }

  /**
   * Thousandths, rounded up: for processors.
   *
   * @param what the amount is of, for the refusal: "cpu request"
   * @throws RejectedException INVALID_ARGUMENT if the text is no quantity, or has more thousandths
   *     than {@link Long#MAX_VALUE}
   */
  public static long millis(String what, String text) {
    return rounded(what, text, 3);
  }

  /**
   * Whole units, rounded up: bytes for memory and storage.
   *
   * @param what the amount is of, for the refusal: "memory request"
   * @throws RejectedException INVALID_ARGUMENT if the text is no quantity
   */
  public static long units(String what, String text) {
    return rounded(what, text, 0);
  }

  private static long rounded(String what, String text, int places) {
    return parse(text)
        .map(amount -> amount.movePointRight(places).setScale(0, RoundingMode.CEILING))
        .filter(Quantity::inRange)
        .orElseThrow(() -> wrong(what, text))
        .longValueExact();
  }

  private static boolean inRange(BigDecimal amount) {
    return amount.signum() >= 0 && amount.compareTo(MAX) <= 0;
  }

  private static RejectedException wrong(String what, String text) {
    return Rejection.invalid(
        "%s: expected an amount such as 500m, 2 or 4Gi, found %s",
        what,
        text.length() > CHARACTERS_MAX
            ? "%d characters".formatted(text.length())
            : "'%s'".formatted(text));
  }
}
