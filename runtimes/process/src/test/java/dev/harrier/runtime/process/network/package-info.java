/**
 * Tests of what rules and lists say. Nobody calls them but the build. They must never touch the
 * network.
 */
@NullMarked
package dev.harrier.runtime.process.network;

import org.jspecify.annotations.NullMarked;
