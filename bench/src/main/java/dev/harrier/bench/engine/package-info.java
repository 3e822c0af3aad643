/**
 * What the engine costs by itself: a whole engine on a real PostgreSQL, with tasks that end at once
 * or are timed. The bench's command calls it, and the section of tasks uses its parts. It must
 * never go around the journal: what it writes itself are executions, as the API does.
 */
@NullMarked
package dev.harrier.bench.engine;

import org.jspecify.annotations.NullMarked;
