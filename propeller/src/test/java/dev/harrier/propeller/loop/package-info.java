/**
 * The parts of a loop by themselves.
 *
 * <p>The build runs it. It must never need a database.
 */
@NullMarked
package dev.harrier.propeller.loop;

import org.jspecify.annotations.NullMarked;
