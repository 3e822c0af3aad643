package dev.harrier.security.oauth;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a token can be asked for. No right follows from a scope: what a caller may do is the
 * policy's to say.
 */
final class Scopes {
  /** Everything that the caller may do anyway. */
  static final String ALL = "all";

  /** A refresh token beside the access token. */
  static final String OFFLINE = "offline";

  /** What the metadata names. */
  static final List<String> OFFERED = List.of(ALL, OFFLINE);

  /**
   * Flyte's default clients ask for the third, other clients have their own word for the second.
   */
  private static final Set<String> KNOWN = Set.of(ALL, OFFLINE, "access_token", "offline_access");

  private Scopes() {}

  /** The scopes asked for; both if none is named. */
  static Set<String> parse(String text) throws OauthException {
    var scopes = new TreeSet<String>();
    for (var scope : text.split(" ", -1)) {
      if (!scope.isEmpty()) {
        if (!KNOWN.contains(scope)) {
          throw new OauthException(
              "invalid_scope",
              "Expected none or some of: all, offline, access_token, offline_access.");
        }
        scopes.add(scope.equals("offline_access") ? OFFLINE : scope);
      }
    }
    return scopes.isEmpty() ? Set.copyOf(OFFERED) : scopes;
  }
}
