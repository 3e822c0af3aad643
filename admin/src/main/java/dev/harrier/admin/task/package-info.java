/**
 * Tasks: registering, reading and listing their versions.
 *
 * <p>The API's adapters call it, and registering a workflow reads the tasks it refers to here. It
 * must never run a task or touch what executions recorded of one.
 */
@NullMarked
package dev.harrier.admin.task;

import org.jspecify.annotations.NullMarked;
