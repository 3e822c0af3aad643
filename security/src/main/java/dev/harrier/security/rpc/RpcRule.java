package dev.harrier.security.rpc;

import dev.harrier.security.Permission;
import java.util.EnumSet;
import java.util.Set;

/** What a call of an RPC needs, whatever it asks for. */
public sealed interface RpcRule {

  /** Nothing: the closed list of what nobody-in-particular may call. */
  record Anonymous() implements RpcRule {}

  /** A known caller, no more: the answer tells nothing about a project. */
  record Authenticated() implements RpcRule {}

  /**
   * One of these permissions, in the scope that the request names: the use case asks for it there.
   * The gate refuses who holds none of them anywhere.
   */
  record Needs(Set<Permission> anyOf) implements RpcRule {
    public Needs {
      anyOf = Set.copyOf(anyOf);
    }
  }

  /** A known caller; the answer holds only rows of scopes where the permission is held. */
  record Filtered(Permission permission) implements RpcRule {}

  /**
   * Part of Flyte's protocol, but not served: known callers get UNIMPLEMENTED.
   *
   * @param why a full sentence for the caller
   */
  record NotServed(String why) implements RpcRule {}

  /** See {@link Needs}. */
  static RpcRule needs(Permission first, Permission... others) {
    return new Needs(EnumSet.of(first, others));
  }
}
