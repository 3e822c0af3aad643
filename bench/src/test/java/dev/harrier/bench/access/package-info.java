/**
 * Tests of the section of access. The build calls them. They must never expect a time or a rate.
 */
@NullMarked
package dev.harrier.bench.access;

import org.jspecify.annotations.NullMarked;
