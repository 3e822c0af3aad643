package dev.harrier.runtime.process.sandbox;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/** The service at which clouds tell a machine about itself, often with credentials. */
final class CloudMetadata {
  static final String WARNING =
      "Something answers at 169.254.169.254, where clouds give a machine's credentials to whatever"
          + " runs on it, and so does it to tasks: give this machine no role, or have its firewall"
          + " refuse that address.";

  private static final String ADDRESS = "169.254.169.254";
  private static final int PORT = 80;
  private static final int WAIT_MILLIS_MAX = 200;

  private CloudMetadata() {}

  /** Whether somebody listens there; on a machine of no cloud nobody does. */
  static boolean answers() {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(ADDRESS, PORT), WAIT_MILLIS_MAX);
      return true;
    } catch (IOException nobody) {
      return false;
    }
  }
}
