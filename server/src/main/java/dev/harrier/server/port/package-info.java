/**
 * The ports: where the program listens, and what limits hold for every connection.
 *
 * <p>The wiring opens them last and closes them first. It must never know what the services and
 * pages behind a port do.
 */
@NullMarked
package dev.harrier.server.port;

import org.jspecify.annotations.NullMarked;
