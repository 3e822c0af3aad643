/**
 * The sockets between Harrier's rooms and the values that pass through them.
 *
 * <p>Every room calls it; implementations of the sockets live in admin, blobstore, runtimes and
 * testkit. It must never touch a database, a network, a clock or a file.
 */
@NullMarked
package dev.harrier.spi;

import org.jspecify.annotations.NullMarked;
