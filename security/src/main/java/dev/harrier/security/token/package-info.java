/**
 * Tokens that prove a caller: keys, the clients of this home, the endpoint that hands tokens out,
 * and their verification.
 *
 * <p>Server mounts the endpoints and hands {@link dev.harrier.security.token.TokenVerifier} to the
 * gate; runtimes get tasks' tokens from {@link dev.harrier.security.token.TokenIssuer}. It must
 * never decide what a caller may do.
 */
@NullMarked
package dev.harrier.security.token;

import org.jspecify.annotations.NullMarked;
