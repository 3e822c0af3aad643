/**
 * Services outside that keep secrets of tasks, and what they have in common: which places ask them,
 * and under which name. Called by {@code server}, which makes the sources of its configuration.
 * Nothing here may put into a message, a log or a cause what a service answered, nor fall back from
 * a service that does not answer.
 */
@NullMarked
package dev.harrier.secrets;

import org.jspecify.annotations.NullMarked;
