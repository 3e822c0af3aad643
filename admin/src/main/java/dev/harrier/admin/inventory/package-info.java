/**
 * What tasks, workflows and launch plans have in common: identifiers and their checks, digests, and
 * how two versions differ.
 *
 * <p>The packages of those nouns call it. It must never touch the database or decide who may do
 * what.
 */
@NullMarked
package dev.harrier.admin.inventory;

import org.jspecify.annotations.NullMarked;
