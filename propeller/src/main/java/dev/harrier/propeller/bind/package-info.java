/**
 * From bindings to values: what a node's inputs are, given what its upstream nodes put out.
 *
 * <p>The decide package calls it. It is pure: it must never read a blob, so a literal that was
 * offloaded passes through as the reference that it is.
 */
@NullMarked
package dev.harrier.propeller.bind;

import org.jspecify.annotations.NullMarked;
