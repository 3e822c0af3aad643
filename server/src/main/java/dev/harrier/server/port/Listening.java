package dev.harrier.server.port;

import com.linecorp.armeria.server.Server;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** The addresses of this machine that a port listens on. */
final class Listening {
  private static final int TRIES_MAX = 20;

  private Listening() {}

  /**
   * The addresses that a name stands for; {@code localhost} is both of IPv4 and IPv6 where the
   * machine has both, since a client may try either first. {@code ::} is all addresses of both.
   */
  static List<InetAddress> addresses(String name) {
    try {
      if (!name.equals("localhost")) {
        return List.of(InetAddress.ofLiteral(name));
      }
      var addresses = new ArrayList<InetAddress>();
      addresses.add(InetAddress.ofLiteral("127.0.0.1"));
      var six = InetAddress.ofLiteral("::1");
      if (NetworkInterface.getByInetAddress(six) != null) {
        addresses.add(six);
      }
      return addresses;
    } catch (SocketException e) {
      throw new IllegalStateException("This machine has no loopback address " + name, e);
    }
  }

  /**
   * The port itself, or one that is free on all of the addresses if it is 0. The server's own name
   * has the port in it, so it must be known before the server is made.
   */
  static int free(List<InetAddress> addresses, int port) throws IOException {
    if (port != 0) {
      return port;
    }
    for (var tried = 0; tried < TRIES_MAX; tried++) {
      try (var first = new ServerSocket()) {
        first.bind(new InetSocketAddress(addresses.getFirst(), 0));
        if (others(addresses, first.getLocalPort())) {
          return first.getLocalPort();
        }
      }
    }
    throw new IOException("No port is free on " + addresses);
  }

  /**
   * Begins to listen.
   *
   * @param flag with which another port could be chosen
   * @throws PortInUseException if somebody else listens there
   */
  static void start(Server server, String address, int port, String flag) {
    try {
      server.start().join();
    } catch (CompletionException e) {
      if (isInUse(e.getCause())) {
        throw new PortInUseException(address, port, flag);
      }
      throw e;
    }
  }

  // With a native transport it is an error of the system's own number, else the JDK's exception.
  private static boolean isInUse(@Nullable Throwable failure) {
    return failure instanceof BindException
        || (failure instanceof IOException
            && String.valueOf(failure.getMessage()).contains("Address already in use"));
  }

  private static boolean others(List<InetAddress> addresses, int port) throws IOException {
    for (var address : addresses.subList(1, addresses.size())) {
      try (var socket = new ServerSocket()) {
        socket.bind(new InetSocketAddress(address, port));
      } catch (BindException e) {
        // Somebody has it there; the caller tries the next.
        return false;
      }
    }
    return true;
  }
}
