/**
 * The users of the machine that a server which runs as root starts programs as, and files that
 * nobody but their owner may open.
 *
 * <p>Called by the rooms that start programs, keep files for them, or keep keys: all from database
 * and audit up. It must never decide which of them a program runs as.
 */
@NullMarked
package dev.harrier.spi.machine;

import org.jspecify.annotations.NullMarked;
