/**
 * The engine: runs what admin records, and records what it ran (FlytePropeller).
 *
 * <p>The server starts it. It must never open the database or a file, nor call admin: it meets them
 * in the sockets of spi.
 */
@NullMarked
package dev.harrier.propeller;

import org.jspecify.annotations.NullMarked;
