package dev.harrier.server.port;

import com.linecorp.armeria.server.ServiceRequestContext;
import dev.harrier.security.Peer;
import java.util.Optional;

/** Tells where requests come from. */
public final class Peers {
  private Peers() {}

  /** Of the request that this thread serves; unknown outside of any. */
  public static Peer current() {
    var context = ServiceRequestContext.currentOrNull();
    return context == null ? Peer.UNKNOWN : of(context);
  }

  /** Of a request. */
  public static Peer of(ServiceRequestContext context) {
    return new Peer(
        Optional.ofNullable(context.remoteAddress().getAddress()),
        ClientCertificates.of(context).isPresent());
  }
}
