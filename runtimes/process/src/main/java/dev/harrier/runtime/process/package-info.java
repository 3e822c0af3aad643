/**
 * Runs attempts of tasks as walled-off processes of this machine: warm parents, their attempts on
 * disk, slots, limits, and the judgement of what a process left behind. The server wires it and the
 * engine calls it through {@link dev.harrier.spi.TaskRuntime}. It must never touch the database,
 * nor any blob other than through {@link dev.harrier.spi.BlobStore}.
 */
@NullMarked
package dev.harrier.runtime.process;

import org.jspecify.annotations.NullMarked;
