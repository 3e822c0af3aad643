/**
 * The bench's command: which sections run and where their figures go. People call it through {@code
 * bench/run}. It must never measure anything itself, and nothing that ships may use it.
 */
@NullMarked
package dev.harrier.bench;

import org.jspecify.annotations.NullMarked;
