package dev.harrier.security.policy;

import java.net.InetAddress;
import java.util.regex.Pattern;

/** A range of addresses, such as {@code 10.0.0.0/8} or {@code 2001:db8::/32}. */
public record CidrBlock(InetAddress network, int prefixBits) {
  private static final Pattern FOUR_NUMBERS =
      Pattern.compile("(?:0|[1-9][0-9]{0,2})(?:\\.(?:0|[1-9][0-9]{0,2})){3}");
  private static final Pattern PLAIN_NUMBER = Pattern.compile("0|[1-9][0-9]{0,2}");

  /**
   * Reads one; a single address is a range of itself.
   *
   * @throws IllegalArgumentException if it is none, or has bits set after its prefix
   */
  public static CidrBlock parse(String text) {
    var slash = text.indexOf('/');
    var network = literal(slash < 0 ? text : text.substring(0, slash), text);
    var bitsMax = network.getAddress().length * Byte.SIZE;
    int bits;
    try {
      bits = slash < 0 ? bitsMax : plain(text.substring(slash + 1));
    } catch (NumberFormatException wrong) {
      throw refused(text, "the number of bits after the slash is none", wrong);
    }
    if (bits < 0 || bits > bitsMax) {
      throw refused(text, "expected 0 to %d bits".formatted(bitsMax), null);
    }
    var block = new CidrBlock(network, bits);
    for (var bit = bits; bit < bitsMax; bit++) {
      if (bit(network.getAddress(), bit)) {
        throw refused(text, "it has bits set after its prefix", null);
      }
    }
    return block;
  }

  /**
   * Whether the address is in the range. One family's addresses are never in the other's ranges.
   */
  public boolean contains(InetAddress address) {
    var own = network.getAddress();
    var asked = address.getAddress();
    if (own.length != asked.length) {
      return false;
    }
    for (var bit = 0; bit < prefixBits; bit++) {
      if (bit(own, bit) != bit(asked, bit)) {
        return false;
      }
    }
    return true;
  }

  private static int plain(String digits) {
    if (!PLAIN_NUMBER.matcher(digits).matches()) {
      throw new NumberFormatException(digits);
    }
    return Integer.parseInt(digits);
  }

  private static InetAddress literal(String address, String text) {
    // Never a name: that would be looked up, and mean something else tomorrow. Nor the short and
    // octal forms that other programs read otherwise.
    var plain = FOUR_NUMBERS.matcher(address).matches();
    if (address.contains("%") || !(plain || address.contains(":"))) {
      throw refused(text, "expected four plain numbers or an IPv6 address", null);
    }
    try {
      return InetAddress.ofLiteral(address);
    } catch (IllegalArgumentException wrong) {
      throw refused(text, "its address is none", wrong);
    }
  }

  private static IllegalArgumentException refused(
      String text, String why, @org.jspecify.annotations.Nullable Exception cause) {
    return new IllegalArgumentException(
        "'%s' is no range of addresses such as 10.0.0.0/8: %s".formatted(text, why), cause);
  }

  private static boolean bit(byte[] bytes, int number) {
    return (bytes[number / Byte.SIZE] >> (Byte.SIZE - 1 - number % Byte.SIZE) & 1) == 1;
  }

  @Override
  public String toString() {
    return network.getHostAddress() + "/" + prefixBits;
  }
}
