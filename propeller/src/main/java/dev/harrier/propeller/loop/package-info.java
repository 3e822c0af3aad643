/**
 * The half of the engine that touches the world: takes what is due, has it decided, commits it,
 * acts.
 *
 * <p>The propeller package starts it. It must never decide anything about a workflow itself, and
 * never do blob I/O on a loop's thread.
 */
@NullMarked
package dev.harrier.propeller.loop;

import org.jspecify.annotations.NullMarked;
