package dev.harrier.security;

import static java.util.Objects.requireNonNull;

import java.net.InetAddress;
import java.util.Optional;

/**
 * The other end of the connection that a call comes over, as this server sees it. What a proxy says
 * of those behind it is not believed.
 *
 * @param address of it; empty inside of the program
 * @param certificate whether it showed a certificate that was verified
 */
public record Peer(Optional<InetAddress> address, boolean certificate) {
  /** Of whom nothing is known. */
  public static final Peer UNKNOWN = new Peer(Optional.empty(), false);

  public Peer {
    requireNonNull(address, "address");
  }
}
