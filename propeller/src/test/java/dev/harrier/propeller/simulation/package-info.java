/**
 * The whole engine in one thread from a seed: random graphs, outcomes, crashes, lost answers, late
 * and doubled reports.
 *
 * <p>Tests call it. It must never read a real clock or wait.
 */
@NullMarked
package dev.harrier.propeller.simulation;

import org.jspecify.annotations.NullMarked;
