/**
 * Carries the lines of the log elsewhere, in order and again until they are taken. Called by the
 * server, which opens what is configured. Must never hold up the log itself.
 */
@NullMarked
package dev.harrier.audit.sink;

import org.jspecify.annotations.NullMarked;
