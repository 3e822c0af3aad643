/**
 * The rows that the engine lives on: shards, commands, timers, nodes and attempts, read and written
 * for it on PostgreSQL.
 *
 * <p>The engine calls it through {@link dev.harrier.spi.Journal}; admin's own use cases hand their
 * commands over through {@link dev.harrier.admin.journal.CommandExchange}. It must never decide
 * anything about an execution.
 */
@NullMarked
package dev.harrier.admin.journal;

import org.jspecify.annotations.NullMarked;
