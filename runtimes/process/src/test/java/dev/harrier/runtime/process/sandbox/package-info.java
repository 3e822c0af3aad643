/**
 * Tests of walls, on this machine's own. Nobody calls them but the build. They must never touch a
 * folder that was not made for them.
 */
@NullMarked
package dev.harrier.runtime.process.sandbox;

import org.jspecify.annotations.NullMarked;
