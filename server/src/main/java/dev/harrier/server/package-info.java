/**
 * The whole program put together: {@link dev.harrier.server.Wiring} makes every part and hands each
 * what it needs.
 *
 * <p>{@link dev.harrier.server.Main} and the commands call it. It must never hold a rule of its
 * own: what is decided is decided in the rooms.
 */
@NullMarked
package dev.harrier.server;

import org.jspecify.annotations.NullMarked;
