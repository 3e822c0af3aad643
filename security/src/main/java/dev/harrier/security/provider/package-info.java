/**
 * Outside identity providers (OpenID Connect): what they publish, their tokens, and logins at them.
 *
 * <p>Server makes {@link dev.harrier.security.provider.Providers} from the configuration, sends
 * browsers there and hands it to the authenticator. It must never decide what a caller may do, and
 * never call a provider for each request that it gets.
 */
@NullMarked
package dev.harrier.security.provider;

import org.jspecify.annotations.NullMarked;
