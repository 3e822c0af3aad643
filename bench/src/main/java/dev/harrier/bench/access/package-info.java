/**
 * What a decision about access costs, and a token's check, and both in a call.
 *
 * <p>The bench's main class runs it. It must never be called by anything that ships.
 */
@NullMarked
package dev.harrier.bench.access;

import org.jspecify.annotations.NullMarked;
