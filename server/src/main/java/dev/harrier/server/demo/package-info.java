/**
 * What {@code harrier demo} does once the server runs: registers and runs the examples through the
 * real pyflyte, and shows what happens.
 *
 * <p>The demo command calls it. It must never reach into the server: it sees what any client sees.
 */
@NullMarked
package dev.harrier.server.demo;

import org.jspecify.annotations.NullMarked;
