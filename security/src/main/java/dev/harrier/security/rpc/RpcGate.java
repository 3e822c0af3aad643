package dev.harrier.security.rpc;

import static java.util.Objects.requireNonNull;

import dev.harrier.security.Access;
import dev.harrier.security.Caller;
import dev.harrier.security.Peer;
import dev.harrier.security.Permission;
import dev.harrier.security.token.Authenticator;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Finds the caller of every RPC, refuses calls that no request could make right, and leaves the
 * caller in {@link Caller#current()}. Refusals are thrown as {@link RejectedException}.
 */
public final class RpcGate implements ServerInterceptor {
  private final RpcRules rules;
  private final Authenticator authenticator;
  private final Access access;
  private final Supplier<Peer> peer;

  /**
   * @param peer of the call that the asking thread serves
   */
  public RpcGate(RpcRules rules, Authenticator authenticator, Access access, Supplier<Peer> peer) {
    this.rules = requireNonNull(rules, "rules");
    this.authenticator = requireNonNull(authenticator, "authenticator");
    this.access = requireNonNull(access, "access");
    this.peer = requireNonNull(peer, "peer");
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    var caller = admit(rules.rule(call.getMethodDescriptor().getFullMethodName()), headers);
    return Contexts.interceptCall(caller.bound(), call, headers, next);
  }

  private Caller admit(RpcRule rule, Metadata headers) {
    return switch (rule) {
      // A client whose token has ended asks here how to get another: the old one must not matter.
      case RpcRule.Anonymous anonymous -> Caller.ANONYMOUS;
      case RpcRule.Authenticated authenticated -> known(headers);
      case RpcRule.Filtered filtered -> known(headers);
      case RpcRule.Needs needs -> holder(known(headers), needs);
      case RpcRule.NotServed notServed -> {
        known(headers);
        throw Rejection.unimplemented(notServed.why());
      }
    };
  }

  private Caller known(Metadata headers) {
    var caller =
        authenticator.authenticate(
            name ->
                Authenticator.only(
                    name, headers.getAll(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER))));
    if (caller.anonymous()) {
      throw Rejection.unauthenticated(
          "This call needs a token: expected 'authorization: Bearer <token>', found none.");
    }
    return caller.at(peer.get());
  }

  private Caller holder(Caller caller, RpcRule.Needs needs) {
    for (var permission : needs.anyOf()) {
      if (access.mayAnywhere(caller, permission)) {
        return caller;
      }
    }
    throw Rejection.permissionDenied(
        "%s lacks the permission %s on every project.",
        caller,
        needs.anyOf().stream().map(Permission::word).sorted().collect(Collectors.joining(" or ")));
  }
}
