/**
 * Tests of tasks as processes, on real processes. Nobody calls them but the build. They must never
 * touch a Python that was not named for them.
 */
@NullMarked
package dev.harrier.runtime.process;

import org.jspecify.annotations.NullMarked;
