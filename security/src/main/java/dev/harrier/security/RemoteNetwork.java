package dev.harrier.security;

import static java.util.Objects.requireNonNull;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.HexFormat;

/**
 * Where a request comes from, as far as one party has it: a whole address of IPv4, and the first
 * half of one of IPv6, since a single customer of a provider has all of the rest.
 *
 * @param prefix with which each address of it begins, as {@link InetAddress#getHostAddress} writes
 *     them, and a slash after it
 * @param loopback whether it is this very machine, which all its users share, and all who come by a
 *     proxy on it
 */
public record RemoteNetwork(String prefix, boolean loopback) {
  private static final int GROUPS = 4;

  public RemoteNetwork {
    requireNonNull(prefix, "prefix");
  }

  /**
   * The one of an address.
   *
   * @param address as {@link InetAddress#getHostAddress} writes it; anything else is one of its own
   */
  public static RemoteNetwork of(String address) {
    var plain = address.split("%", 2)[0];
    if (plain.indexOf(':') < 0) {
      return new RemoteNetwork(address + "/", address.startsWith("127."));
    }
    try {
      var parsed = InetAddress.ofLiteral(plain);
      return parsed instanceof Inet6Address six
          ? new RemoteNetwork(firstHalf(six.getAddress()), six.isLoopbackAddress())
          : new RemoteNetwork(parsed.getHostAddress() + "/", parsed.isLoopbackAddress());
    } catch (IllegalArgumentException e) {
      return new RemoteNetwork(address + "/", false);
    }
  }

  /** The one of an address. */
  public static RemoteNetwork of(InetAddress address) {
    return of(address.getHostAddress());
  }

  private static String firstHalf(byte[] address) {
    var text = new StringBuilder();
    for (var group = 0; group < GROUPS; group++) {
      var digits = HexFormat.of().formatHex(address, 2 * group, 2 * group + 2);
      text.append(Integer.toHexString(Integer.parseInt(digits, 16))).append(':');
    }
    return text.toString();
  }
}
