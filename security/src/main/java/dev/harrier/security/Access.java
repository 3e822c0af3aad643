package dev.harrier.security;

import dev.harrier.spi.RejectedException;
import java.util.Optional;
import java.util.function.Supplier;

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

  /** Whether {@link #require} would return; no for a caller who is not known. */
  boolean may(Caller caller, Permission permission, Scope scope);

  /**
   * Whether {@link #may} could say yes in some circumstances of a call, be they those of now or
   * not: from another address, at another time, after a stronger login, or once a deny is gone.
   *
   * @param caller of whom the circumstances do not count
   */
  boolean couldEver(Caller caller, Permission permission, Scope scope);

  /**
   * As {@link #require} for something that has a maker, which some may do on their own alone.
   *
   * @param owner looks up the subject that made it, empty if there is no such thing; called only if
   *     the answer hangs on it
   * @throws RejectedException as {@link #require}; also if the answer hangs on the maker and there
   *     is no such thing
   */
  void requireOn(
      Caller caller, Permission permission, Scope scope, Supplier<Optional<String>> owner);

  /**
   * Whether there is anything at all that the caller may do this to, be it only what the caller
   * made: who may nowhere is refused before the request is looked at.
   *
   * @throws RejectedException UNAUTHENTICATED if nobody known is calling
   */
  boolean mayAnywhere(Caller caller, Permission permission);

  /**
   * Where the caller holds the permission, for lists that span projects. The filter belongs into
   * the query, before its limit.
   *
   * @throws RejectedException UNAUTHENTICATED if nobody known is calling
   */
  VisibleScopes visible(Caller caller, Permission permission);
}
