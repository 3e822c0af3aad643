/**
 * Nodes of executions as clients see them: shown, listed, with what they took and gave.
 *
 * <p>The service's adapter calls it, and the packages of task executions and of the data proxy use
 * its checks and its reading of literals. It must never write a row: the engine alone does.
 */
@NullMarked
package dev.harrier.admin.nodeexecution;

import org.jspecify.annotations.NullMarked;
