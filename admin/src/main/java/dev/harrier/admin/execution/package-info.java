/**
 * Executions as their users know them: created, shown, listed, terminated, archived.
 *
 * <p>The service's adapter calls it, and the package of children creates theirs with its parts. It
 * must never write the columns that the engine owns, save in the row that it inserts.
 */
@NullMarked
package dev.harrier.admin.execution;

import org.jspecify.annotations.NullMarked;
