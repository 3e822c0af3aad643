/**
 * Tests of judgements, as tables and fuzzed. Nobody calls them but the build. They must never touch
 * a process or a store.
 */
@NullMarked
package dev.harrier.runtime.process.outcome;

import org.jspecify.annotations.NullMarked;
