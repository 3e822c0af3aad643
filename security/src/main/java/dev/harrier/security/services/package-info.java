/**
 * The wiring of this room: who calls, how they log in, and the tokens they get.
 *
 * <p>The server opens it once, and tests that need most of it. It must never hold a rule of its
 * own.
 */
@NullMarked
package dev.harrier.security.services;

import org.jspecify.annotations.NullMarked;
