package dev.harrier.audit;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.Message;
import java.util.Optional;

/**
 * What was called.
 *
 * @param name {@code <service>/<method>} of an RPC; method and pattern of a page, never its path
 * @param request kept, redacted, at the level that asks for it
 * @param latencyMicros from its first byte to the last of its answer, 0 if that is not known yet
 */
public record Operation(String name, Optional<Message> request, long latencyMicros) {
  public Operation {
    requireNonNull(name, "name");
    requireNonNull(request, "request");
  }
}
