/**
 * Who is logged in at a browser: sessions on the server, the people of outside providers, and what
 * a request by cookie may do.
 *
 * <p>Server's pages open and end sessions; the authenticator asks {@link
 * dev.harrier.security.session.Sessions} when a request brings no token. It must never put into a
 * cookie what the server does not find again by itself, and never decide what a caller may do.
 */
@NullMarked
package dev.harrier.security.session;

import org.jspecify.annotations.NullMarked;
