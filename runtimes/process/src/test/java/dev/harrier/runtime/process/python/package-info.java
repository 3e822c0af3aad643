/**
 * Tests of the scripts that parents and keepers run, on a real interpreter. Nobody calls them but
 * the build. They must never touch a Python that was not named for them.
 */
@NullMarked
package dev.harrier.runtime.process.python;

import org.jspecify.annotations.NullMarked;
