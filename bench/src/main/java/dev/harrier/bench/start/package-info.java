/**
 * How long a server takes to its first answer, and how much memory it rests in. The bench's command
 * calls it. It must never start a server other than as its users do.
 */
@NullMarked
package dev.harrier.bench.start;

import org.jspecify.annotations.NullMarked;
