/**
 * Child executions: what waiting nodes asked for is created, or refused with a reason.
 *
 * <p>The journal wakes it after a batch that asked for children; nobody else calls it. It must
 * never decide what a node does with the answer.
 */
@NullMarked
package dev.harrier.admin.child;

import org.jspecify.annotations.NullMarked;
