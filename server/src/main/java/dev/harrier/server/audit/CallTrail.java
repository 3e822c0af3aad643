package dev.harrier.server.audit;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.Message;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.harrier.audit.Actor;
import dev.harrier.audit.Actor.Decision;
import dev.harrier.audit.AuditUnavailableException;
import dev.harrier.audit.Resource;
import dev.harrier.audit.Source;
import dev.harrier.security.Caller;
import dev.harrier.server.port.Peers;
import io.grpc.Status;
import io.netty.util.AttributeKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is found out about one request on its way; its threads follow one another. */
public final class CallTrail {
  private static final AttributeKey<CallTrail> KEY =
      AttributeKey.valueOf(CallTrail.class, "harrier-trail");

  /** A caller with more rights asked than these did what no record needs in full. */
  private static final int DECISIONS_MAX = 16;

  private final String address;
  private final boolean certificate;
  private final List<Decision> decisions = new ArrayList<>();
  private String correlation;
  private @Nullable AuditedOperation rpc;
  private Caller caller = Caller.ANONYMOUS;
  private String principal = "";
  private List<Resource> resources = List.of();
  private @Nullable Message request;
  private Status.@Nullable Code code;
  private @Nullable Runnable intent;

  private CallTrail(String address, boolean certificate, String correlation) {
    this.address = address;
    this.certificate = certificate;
    this.correlation = correlation;
  }

  /** Begins the trail of a request. */
  static CallTrail begin(ServiceRequestContext context) {
    var peer = Peers.of(context);
    var trail =
        new CallTrail(
            peer.address().map(java.net.InetAddress::getHostAddress).orElse(""),
            peer.certificate(),
            context.id().shortText());
    context.setAttr(KEY, trail);
    return trail;
  }

  /** That of the request that this thread serves; empty outside of any. */
  static Optional<CallTrail> current() {
    var context = ServiceRequestContext.currentOrNull();
    return context == null ? Optional.empty() : Optional.ofNullable(context.attr(KEY));
  }

  /** Tells who sent the request that this thread serves. */
  public static void calledBy(Caller caller) {
    current().ifPresent(trail -> trail.caller(caller));
  }

  /** Tells who has just proven who they are. */
  public static void named(String principal) {
    current().ifPresent(trail -> trail.principal(principal));
  }

  /**
   * Tells what the request that this thread serves is about, before anything is done; returns when
   * that may be done.
   *
   * @throws AuditUnavailableException if it must be recorded before, and cannot
   */
  public static void about(List<Resource> things) {
    current().flatMap(trail -> trail.told(things)).ifPresent(Runnable::run);
  }

  private synchronized Optional<Runnable> told(List<Resource> things) {
    resources = List.copyOf(things);
    var recording = Optional.ofNullable(intent);
    intent = null;
    return recording;
  }

  /** Has this done when it is told what the request is about. */
  synchronized void onceTold(Runnable recording) {
    intent = recording;
  }

  private synchronized void principal(String proven) {
    principal = proven;
  }

  synchronized void rpc(AuditedOperation called) {
    rpc = called;
  }

  synchronized void correlation(String requestId) {
    correlation = requestId;
  }

  synchronized void caller(Caller found) {
    caller = requireNonNull(found, "found");
  }

  synchronized void request(Message message, List<Resource> about) {
    request = message;
    resources = about;
  }

  synchronized void decided(Decision decision) {
    if (decisions.size() < DECISIONS_MAX) {
      decisions.add(decision);
    }
  }

  synchronized void ended(Status.Code ending) {
    code = ending;
  }

  /** The RPC; empty if it was none. */
  synchronized Optional<AuditedOperation> rpc() {
    return Optional.ofNullable(rpc);
  }

  synchronized Optional<Status.Code> code() {
    return Optional.ofNullable(code);
  }

  synchronized Optional<Message> request() {
    return Optional.ofNullable(request);
  }

  synchronized List<Resource> resources() {
    return resources;
  }

  synchronized Source source() {
    return new Source(address, certificate, correlation);
  }

  synchronized Actor actor() {
    return new Actor(
        principal.isEmpty() ? caller.principal() : principal,
        caller.issuer(),
        caller.clientId(),
        decisions);
  }
}
