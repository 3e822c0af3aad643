/**
 * What the built-in store of secrets costs. Called by {@code Main}; it must never touch a store but
 * its own.
 */
@NullMarked
package dev.harrier.bench.secret;

import org.jspecify.annotations.NullMarked;
