package dev.harrier.server.config;

import static java.util.Objects.requireNonNull;

/**
 * The port that propellers of their own processes call; only the role admin has it.
 *
 * @param address to listen on; one that others reach needs TLS, as that of the API does
 * @param port 0 for any that is free
 */
public record InternalConfig(String address, int port) {
  /** Flyte's own number within a pod, on loopback. */
  public static final InternalConfig DEFAULTS = new InternalConfig("localhost", 8_089);

  public InternalConfig {
    requireNonNull(address, "address");
  }
}
