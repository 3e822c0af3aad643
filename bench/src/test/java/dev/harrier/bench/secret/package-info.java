/**
 * Tests of the section of secrets. The build calls them. They must never expect a time or a rate.
 */
@NullMarked
package dev.harrier.bench.secret;

import org.jspecify.annotations.NullMarked;
