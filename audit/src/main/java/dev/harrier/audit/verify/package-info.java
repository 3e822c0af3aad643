/**
 * Reads a log back and says whether it is what was written, and where not. Called by {@code harrier
 * audit verify}, and by the chain at its start. Must never change a file.
 */
@NullMarked
package dev.harrier.audit.verify;

import org.jspecify.annotations.NullMarked;
