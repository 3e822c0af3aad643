package dev.harrier.security;

import dev.harrier.spi.RejectedException;

/**
 * Decides who may do what. A use case asks before it looks anything up, so that a hidden thing and
 * one that does not exist get the same answer.
 */
public interface Access {

  /**
   * Returns if the caller may; the answer depends on the arguments alone.
   *
   * @throws RejectedException UNAUTHENTICATED if nobody known is calling, else PERMISSION_DENIED
   *     that names permission and scope
   */
  void require(Caller caller, Permission permission, Scope scope);

  /**
   * Where the caller holds the permission, for lists that span projects. The filter belongs into
   * the query, before its limit.
   *
   * @throws RejectedException UNAUTHENTICATED if nobody known is calling
   */
  VisibleScopes visible(Caller caller, Permission permission);
}
