/**
 * Tokens that prove a caller: their keys, how they are made and verified, and which of them ended
 * early.
 *
 * <p>The authorization server makes them; server hands {@link
 * dev.harrier.security.token.TokenVerifier} to the gate; runtimes get tasks' tokens from {@link
 * dev.harrier.security.token.TokenIssuer}. It must never decide what a caller may do.
 */
@NullMarked
package dev.harrier.security.token;

import org.jspecify.annotations.NullMarked;
