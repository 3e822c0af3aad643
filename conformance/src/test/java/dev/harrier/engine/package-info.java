/**
 * The engine on a real PostgreSQL, with a runtime that answers at once.
 *
 * <p>The build runs it. It must never go through the API: what it tests is beneath.
 */
@NullMarked
package dev.harrier.engine;

import org.jspecify.annotations.NullMarked;
