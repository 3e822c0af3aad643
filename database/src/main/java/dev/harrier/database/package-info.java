/**
 * The way to PostgreSQL: connection pools, schema migrations and the server that the program brings
 * along.
 *
 * <p>Admin and the wiring call it. It must never hold a rule of Flyte's or of who may do what.
 */
@NullMarked
package dev.harrier.database;

import org.jspecify.annotations.NullMarked;
