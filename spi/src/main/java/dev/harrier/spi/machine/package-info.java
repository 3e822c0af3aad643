/**
 * The users of the machine that a server which runs as root starts programs as.
 *
 * <p>Called by the rooms that start programs or keep files for them: database, blobstore, runtimes,
 * and the server that wires them. It must never decide which of them a program runs as.
 */
@NullMarked
package dev.harrier.spi.machine;

import org.jspecify.annotations.NullMarked;
