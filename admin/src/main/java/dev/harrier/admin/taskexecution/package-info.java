/**
 * Attempts of tasks as clients see them, under Flyte's name for them: task executions.
 *
 * <p>The service's adapter calls it, and the data proxy reads an attempt's data through it. It must
 * never write a row: the engine alone does.
 */
@NullMarked
package dev.harrier.admin.taskexecution;

import org.jspecify.annotations.NullMarked;
