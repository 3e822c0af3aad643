package dev.harrier.security.services;

import static java.util.Objects.requireNonNull;

import dev.harrier.security.oauth.Lifetimes;
import dev.harrier.security.provider.ProviderSettings;
import dev.harrier.security.session.SessionLimits;
import dev.harrier.security.token.ServerAddress;
import java.util.List;
import java.util.Set;

/**
 * How somebody logs in at this server.
 *
 * @param address where clients reach it
 * @param providers outside providers, in the order in which pages offer them
 * @param sessions how long a browser's session is good
 * @param lifetimes how long tokens are
 * @param callingOrigins whose pages may call by the cookie of a browser, beside this server's own
 * @param certificates whether clients may prove themselves by a certificate
 */
public record SecuritySettings(
    ServerAddress address,
    List<ProviderSettings> providers,
    SessionLimits sessions,
    Lifetimes lifetimes,
    Set<String> callingOrigins,
    boolean certificates) {
  public SecuritySettings {
    requireNonNull(address, "address");
    providers = List.copyOf(providers);
    requireNonNull(sessions, "sessions");
    requireNonNull(lifetimes, "lifetimes");
    callingOrigins = Set.copyOf(callingOrigins);
  }

  /** By passwords and secrets alone. */
  public static SecuritySettings at(ServerAddress address) {
    return new SecuritySettings(
        address, List.of(), SessionLimits.DEFAULTS, Lifetimes.DEFAULTS, Set.of(), false);
  }

  public SecuritySettings withProviders(List<ProviderSettings> more) {
    return new SecuritySettings(address, more, sessions, lifetimes, callingOrigins, certificates);
  }

  public SecuritySettings withCallingOrigins(Set<String> more) {
    return new SecuritySettings(address, providers, sessions, lifetimes, more, certificates);
  }

  public SecuritySettings withCertificates() {
    return new SecuritySettings(address, providers, sessions, lifetimes, callingOrigins, true);
  }
}
