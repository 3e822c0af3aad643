/**
 * Secrets of tasks: the built-in store, the keys that seal it, and who gets what. Called by {@code
 * server}, for the pages that keep secrets and for the runtime that hands them to attempts. It must
 * never give a value to a page, a log or an error, and never fall back from one source to another.
 */
@NullMarked
package dev.harrier.security.secret;

import org.jspecify.annotations.NullMarked;
