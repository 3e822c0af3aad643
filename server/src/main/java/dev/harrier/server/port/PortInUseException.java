package dev.harrier.server.port;

/** Somebody else listens on the port. */
public final class PortInUseException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public PortInUseException(String address, int port, String flag) {
    super(
        "Port %s on %s is in use. Stop who listens there, or choose another with %s (0 takes one that is free)."
            .formatted(port, address, flag));
  }
}
