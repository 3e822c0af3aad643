/**
 * Compiled workflows in the form that the engine walks: nodes by number, counters and neighbours in
 * arrays.
 *
 * <p>The decide package reads it. It must never hold anything of one execution: a graph is shared
 * by all executions of its workflow.
 */
@NullMarked
package dev.harrier.propeller.graph;

import org.jspecify.annotations.NullMarked;
