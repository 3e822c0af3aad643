/**
 * What a server must not start with: as root where others reach it, with keys that others can read,
 * a clock that is far off, or a secret that everybody knows.
 *
 * <p>The wiring asks before it opens anything. It must never mend what it finds: whoever reads a
 * refusal decides.
 */
@NullMarked
package dev.harrier.server.safety;

import org.jspecify.annotations.NullMarked;
