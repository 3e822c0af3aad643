package dev.harrier.runtime.process.network;

import static java.util.Objects.requireNonNull;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * The rules of nftables that hold what leaves a network. Routes alone would not: a socket that is
 * bound to a device reaches on IPv4 whatever its far end passes on, routes or not.
 *
 * @param named what may be reached although it is this machine's own
 * @param listed what may be reached unless it is
 * @param own this machine's addresses
 */
record EgressFilter(List<Opening> named, List<Opening> listed, List<InetAddress> own) {
  /**
   * An address or range.
   *
   * @param port empty for all; by TCP alone: pasta takes a port of this machine for each that UDP
   *     is sent from, and what comes in there from anywhere
   */
  record Opening(String range, OptionalInt port) {
    Opening {
      requireNonNull(range, "range");
      requireNonNull(port, "port");
    }

    static Opening to(InetAddress address, OptionalInt port) {
      return new Opening(plain(address), port);
    }

    private String rule() {
      var way = port.isPresent() ? "tcp dport " + port.getAsInt() : "meta l4proto tcp";
      return "%s daddr %s %s accept".formatted(family(range), range, way);
    }
  }

  /** This machine in other words, its links, multicast, and where clouds tell it its secrets. */
  private static final List<String> NEVER =
      List.of(
          "0.0.0.0/8",
          "127.0.0.0/8",
          "169.254.0.0/16",
          "100.100.100.200",
          "168.63.129.16",
          "192.0.0.192",
          "224.0.0.0/4",
          "255.255.255.255",
          "::1",
          "fe80::/10",
          "ff00::/8",
          "fd00:ec2::/32",
          "fd00:42::42",
          "fd20:ce::254",
          "::ffff:0:0/96",
          "64:ff9b::a9fe:0/112");

  EgressFilter {
    named = List.copyOf(named);
    listed = List.copyOf(listed);
    own = List.copyOf(own);
  }

  /** As nft reads it. */
  String text() {
    var rules = new ArrayList<String>();
    rules.add("type filter hook output priority 0; policy drop;");
    rules.add("oifname \"lo\" accept");
    // Without them IPv6 does not find its gateway.
    rules.add("icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept");
    named.forEach(opening -> rules.add(opening.rule()));
    NEVER.forEach(range -> rules.add(refusal(range)));
    own.stream().map(EgressFilter::plain).distinct().forEach(one -> rules.add(refusal(one)));
    listed.forEach(opening -> rules.add(opening.rule()));
    rules.add("goto refused");
    return """
        table inet harrier {
          chain refused {
            reject with icmpx type admin-prohibited
          }
          chain leaving {
            %s
          }
        }
        """
        .formatted(String.join("\n    ", rules));
  }

  private static String refusal(String range) {
    return "%s daddr %s goto refused".formatted(family(range), range);
  }

  private static String family(String range) {
    return range.contains(":") ? "ip6" : "ip";
  }

  private static String plain(InetAddress address) {
    var text = address.getHostAddress();
    // What stands after the sign is the interface of a link's address.
    return address instanceof Inet4Address ? text : text.replaceAll("%.*", "");
  }
}
