/**
 * The built-in authorization server: what clients ask for by OAuth 2, and the codes, grants and
 * tokens that come of it. It speaks in parameters and answers, not in HTTP.
 *
 * <p>The pages of server call it. It must never keep a code or token as it is, nor decide what a
 * caller may do.
 */
@NullMarked
package dev.harrier.security.oauth;

import org.jspecify.annotations.NullMarked;
