/**
 * Housekeeping for all of security: what is over goes, and the signing keys stay fresh.
 *
 * <p>server starts it. It must never remove what a check still asks for.
 */
@NullMarked
package dev.harrier.security.sweep;

import org.jspecify.annotations.NullMarked;
