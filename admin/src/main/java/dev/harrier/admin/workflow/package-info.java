/**
 * Workflows: registering, reading and listing their versions, and the compiled graphs.
 *
 * <p>The API's adapters call it; what runs a graph reads it here by its digest. It must never touch
 * an execution.
 */
@NullMarked
package dev.harrier.admin.workflow;

import org.jspecify.annotations.NullMarked;
