/**
 * What is decided, as tables.
 *
 * <p>The build runs it. It must never start a loop or a thread.
 */
@NullMarked
package dev.harrier.propeller.decide;

import org.jspecify.annotations.NullMarked;
