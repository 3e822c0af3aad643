package dev.harrier.audit.chain;

import java.math.BigInteger;
import java.security.SecureRandom;

/** ULIDs: 48 bits of time, then 80 bits that begin at random and count up. */
final class Uids {
  private static final char[] DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".toCharArray();
  private static final int TIME_DIGITS = 10;
  private static final int RANDOM_DIGITS = 16;
  private static final int BITS = 5;
  private static final int HALF_BITS = RANDOM_DIGITS / 2 * BITS;

  // Half of the range is left to count in.
  private final BigInteger start = new BigInteger(RANDOM_DIGITS * BITS - 1, new SecureRandom());
  private final char[] text = new char[TIME_DIGITS + RANDOM_DIGITS];
  private long high = start.shiftRight(HALF_BITS).longValue();
  private long low = start.longValue() & ((1L << HALF_BITS) - 1);

  String next(long timeMillis) {
    low++;
    if (low >> HALF_BITS != 0) {
      low = 0;
      high++;
    }
    digits(timeMillis, 0, TIME_DIGITS);
    digits(high, TIME_DIGITS, RANDOM_DIGITS / 2);
    digits(low, TIME_DIGITS + RANDOM_DIGITS / 2, RANDOM_DIGITS / 2);
    return new String(text);
  }

  private void digits(long value, int from, int count) {
    var rest = value;
    for (var i = from + count - 1; i >= from; i--) {
      text[i] = DIGITS[(int) (rest & 31)];
      rest >>>= BITS;
    }
  }
}
