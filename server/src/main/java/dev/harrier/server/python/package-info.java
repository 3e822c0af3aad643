/**
 * The Python that tasks run on where nobody named one: an environment of the program's own, made
 * once in the user's cache.
 *
 * <p>The wiring asks for it before it opens the task runtime. It must never change an environment
 * that it did not make.
 */
@NullMarked
package dev.harrier.server.python;

import org.jspecify.annotations.NullMarked;
