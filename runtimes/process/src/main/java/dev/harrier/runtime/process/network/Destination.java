package dev.harrier.runtime.process.network;

import static java.util.Objects.requireNonNull;

import dev.harrier.spi.Rejection;
import java.net.InetAddress;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * Something that tasks may reach by network.
 *
 * @param host an address, a range such as {@code 10.0.0.0/8}, or a name
 * @param port the only one, by TCP; empty for all of TCP
 * @param machine whether it may be of this machine, of its links or of its cloud
 */
public record Destination(String host, OptionalInt port, boolean machine) {
  /** In front of a destination that is this machine's own. */
  private static final String MACHINE = "machine:";

  private static final int PORT_MAX = 65_535;
  private static final int IPV4_BYTES = 4;
  private static final int NAME_LETTERS_MAX = 253;
  private static final Pattern NAME =
      Pattern.compile("(?=.*[a-zA-Z])[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?(\\.[a-zA-Z0-9-]+)*");
  private static final Pattern FOUR_NUMBERS =
      Pattern.compile("(?:0|[1-9][0-9]{0,2})(?:\\.(?:0|[1-9][0-9]{0,2})){3}");
  private static final Pattern BRACKETED = Pattern.compile("\\[(?<host>[^\\]]*)\\](:(?<port>.*))?");
  private static final Pattern PLAIN = Pattern.compile("(?<host>[^:]*)(:(?<port>.*))?");

  public Destination {
    requireNonNull(host, "host");
    requireNonNull(port, "port");
  }

  /**
   * Reads one of {@code 10.0.0.0/8}, {@code 10.1.2.3:5432}, {@code 2001:db8::/32}, {@code
   * [2001:db8::1]:443}, {@code db.example.org:5432}; with {@code machine:} in front one address and
   * one port of this machine.
   *
   * @param place whose it is, for messages
   */
  static Destination parse(String place, String text) {
    var machine = text.startsWith(MACHINE);
    var rest = machine ? text.substring(MACHINE.length()) : text;
    var severalColons = rest.indexOf(':') != rest.lastIndexOf(':');
    var host = rest;
    Optional<String> port = Optional.empty();
    if (rest.startsWith("[") || !severalColons) {
      var matcher = (rest.startsWith("[") ? BRACKETED : PLAIN).matcher(rest);
      if (!matcher.matches()) {
        throw refused(place, text, "the brackets of an IPv6 address are not closed");
      }
      host = matcher.group("host");
      port = Optional.ofNullable(matcher.group("port"));
    }
    var number = OptionalInt.empty();
    if (port.isPresent()) {
      number = OptionalInt.of(portNumber(place, text, port.get()));
    }
    if (!isName(host)) {
      checkRange(place, text, host);
    }
    if (machine && (number.isEmpty() || host.contains("/") || isName(host))) {
      throw refused(place, text, "what is this machine's own takes one address and one port");
    }
    if (machine && InetAddress.ofLiteral(host).isLoopbackAddress()) {
      throw refused(
          place,
          text,
          "tasks have a loopback of their own, so the service must listen on another address of this machine");
    }
    return new Destination(host, number, machine);
  }

  /** Whether its address must be looked up. */
  boolean named() {
    return isName(host);
  }

  private static boolean isName(String host) {
    return host.length() <= NAME_LETTERS_MAX && NAME.matcher(host).matches();
  }

  private static int portNumber(String place, String text, String port) {
    try {
      var number = Integer.parseInt(port);
      if (number >= 1 && number <= PORT_MAX) {
        return number;
      }
    } catch (NumberFormatException none) {
      // Refused below as any number beyond the bounds.
    }
    throw refused(place, text, "expected a port from 1 to %d".formatted(PORT_MAX));
  }

  private static void checkRange(String place, String text, String range) {
    var slash = range.indexOf('/');
    var address = slash < 0 ? range : range.substring(0, slash);
    // Nor the short and octal forms of addresses, which programs read in several ways.
    if (address.contains("%")
        || !(address.contains(":") || FOUR_NUMBERS.matcher(address).matches())) {
      throw refused(place, text, "expected an address, a range such as 10.0.0.0/8, or a name");
    }
    byte[] bytes;
    try {
      bytes = InetAddress.ofLiteral(address).getAddress();
    } catch (IllegalArgumentException wrong) {
      throw refused(place, text, "its address is none");
    }
    if (address.contains(":") && bytes.length == IPV4_BYTES) {
      throw refused(place, text, "an address of IPv4 is written without colons");
    }
    if (slash >= 0) {
      checkBits(place, text, bytes, range.substring(slash + 1));
    }
  }

  private static void checkBits(String place, String text, byte[] address, String digits) {
    var bitsMax = address.length * Byte.SIZE;
    if (!digits.matches("0|[1-9][0-9]{0,2}") || Integer.parseInt(digits) > bitsMax) {
      throw refused(place, text, "expected 0 to %d bits after the slash".formatted(bitsMax));
    }
    for (var bit = Integer.parseInt(digits); bit < bitsMax; bit++) {
      if ((address[bit / Byte.SIZE] >> (Byte.SIZE - 1 - bit % Byte.SIZE) & 1) == 1) {
        throw refused(place, text, "it has bits set after its prefix");
      }
    }
  }

  private static RuntimeException refused(String place, String text, String why) {
    return Rejection.invalid(
        "tasks.egress of %s: '%s' is nothing that can be reached: %s", place, text, why);
  }

  @Override
  public String toString() {
    var shown = host.contains(":") && port.isPresent() ? "[" + host + "]" : host;
    return (machine ? MACHINE : "") + shown + (port.isPresent() ? ":" + port.getAsInt() : "");
  }
}
