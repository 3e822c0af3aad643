/**
 * Flyte's AdminService: one class that receives the calls, and the wiring of the packages behind
 * it, one for each noun.
 *
 * <p>The server calls it. It must never hold a rule of its own.
 */
@NullMarked
package dev.harrier.admin;

import org.jspecify.annotations.NullMarked;
