/**
 * How a record looks: one line of OCSF 1.6 in the canonical JSON of RFC 8785. Called by the chain,
 * which adds what binds one line to the next. Must never touch files, clocks or keys.
 */
@NullMarked
package dev.harrier.audit.record;

import org.jspecify.annotations.NullMarked;
