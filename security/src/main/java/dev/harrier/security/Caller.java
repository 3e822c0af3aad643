package dev.harrier.security;

import static java.util.Objects.requireNonNull;

import io.grpc.Context;
import java.util.Optional;
import java.util.Set;

/**
 * Who makes a call, as a verified token says.
 *
 * @param issuer who vouches for the caller; the same subject of two issuers is two callers
 * @param subject the caller's name with its issuer
 * @param clientId the program that the caller used, if the token names one
 * @param scopes what the token was asked for; no right follows from them
 * @param groups that the issuer says the caller is in; rights may follow from them
 * @param strengths of the login, as its {@code acr} and {@code amr} claims say; empty if they are
 *     not known
 * @param peer where the call comes from
 */
public record Caller(
    String issuer,
    String subject,
    Optional<String> clientId,
    Set<String> scopes,
    Set<String> groups,
    Set<String> strengths,
    Peer peer) {

  /** Nobody: a call without a token. */
  public static final Caller ANONYMOUS = new Caller("", "", Optional.empty(), Set.of(), Set.of());

  /**
   * The engine of this process, when it acts for no caller. No token can say this: an issuer is a
   * URL.
   */
  public static final Caller ENGINE =
      new Caller("harrier:process", "engine:local", Optional.empty(), Set.of(), Set.of());

  private static final Context.Key<Caller> KEY =
      Context.keyWithDefault("harrier-caller", ANONYMOUS);

  public Caller {
    requireNonNull(issuer, "issuer");
    requireNonNull(subject, "subject");
    requireNonNull(clientId, "clientId");
    scopes = Set.copyOf(scopes);
    groups = Set.copyOf(groups);
    strengths = Set.copyOf(strengths);
    requireNonNull(peer, "peer");
  }

  /** A caller of whose login and connection nothing is known. */
  public Caller(
      String issuer,
      String subject,
      Optional<String> clientId,
      Set<String> scopes,
      Set<String> groups) {
    this(issuer, subject, clientId, scopes, groups, Set.of(), Peer.UNKNOWN);
  }

  /** A caller of whom nothing but the name is known. */
  public static Caller of(String issuer, String subject) {
    return new Caller(issuer, subject, Optional.empty(), Set.of(), Set.of());
  }

  /** The caller of the RPC that this thread serves; {@link #ANONYMOUS} outside of any. */
  public static Caller current() {
    return KEY.get();
  }

  /** The current context with this caller in it: {@code caller.bound().run(...)}. */
  public Context bound() {
    return Context.current().withValue(KEY, this);
  }

  /** The same caller after a login of this strength. */
  public Caller after(Strength login) {
    return new Caller(issuer, subject, clientId, scopes, groups, login.words(), peer);
  }

  /** The same caller, calling from there. */
  public Caller at(Peer where) {
    return new Caller(issuer, subject, clientId, scopes, groups, strengths, where);
  }

  /**
   * The name that no two callers share: what is recorded as the maker of a thing, and what a policy
   * binds. The subject itself of this installation's own callers, {@code user:<issuer>|<subject>}
   * of all others; no token of another issuer is taken whose subject looks like one of ours.
   */
  public String principal() {
    return anonymous() || Subjects.ofThisInstallation(subject)
        ? subject
        : Subjects.outside(issuer, subject);
  }

  /** Whether nobody known is calling. */
  public boolean anonymous() {
    return subject.isEmpty();
  }

  @Override
  public String toString() {
    return anonymous() ? "nobody" : principal();
  }
}
