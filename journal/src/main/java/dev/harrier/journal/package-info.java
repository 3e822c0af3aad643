/**
 * The Journal between two processes: admin's end of it as gRPC services, and the propeller's end,
 * which is a Journal like any other.
 *
 * <p>The server wires either end, according to its role. It must never touch a database or decide
 * anything about an execution: it passes on what its caller may ask for.
 */
@NullMarked
package dev.harrier.journal;

import org.jspecify.annotations.NullMarked;
