/**
 * What a task in Python costs: from the engine's asking for an attempt to its recorded outputs,
 * warm and cold, beside flytekit's own command run by hand. The bench's command calls it. It must
 * never shorten the way: engine, journal, blob store and worker are those of a server.
 */
@NullMarked
package dev.harrier.bench.task;

import org.jspecify.annotations.NullMarked;
