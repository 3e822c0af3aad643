/**
 * What a process needs that is but a part of Harrier: the propeller's line to admin, and its
 * credentials there.
 *
 * <p>The wiring of a propeller calls it. It must never touch a database or a key that signs.
 */
@NullMarked
package dev.harrier.server.role;

import org.jspecify.annotations.NullMarked;
