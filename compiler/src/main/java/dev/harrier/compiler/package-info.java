/**
 * Turns a task, workflow or dynamic job as a client wrote it into a checked, closed graph, and
 * tells which literal fits which type.
 *
 * <p>Admin calls it when something is registered or an execution is created, the engine when a
 * dynamic node has produced its job.
 *
 * <p>It is pure: it must never touch files, network, clock, randomness or a log; what it needs to
 * know is handed in.
 */
@NullMarked
package dev.harrier.compiler;

import org.jspecify.annotations.NullMarked;
