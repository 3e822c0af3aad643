/**
 * The pure half of the engine: the state of one execution, and what follows from what happened.
 *
 * <p>The loop calls it with inputs and the time, and commits and performs what it answers. It must
 * never do I/O, read a clock, draw a random number or log.
 */
@NullMarked
package dev.harrier.propeller.decide;

import org.jspecify.annotations.NullMarked;
