/**
 * Tests of the section of the engine. The build calls them. They must never expect a time or a
 * rate.
 */
@NullMarked
package dev.harrier.bench.engine;

import org.jspecify.annotations.NullMarked;
