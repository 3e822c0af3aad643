/**
 * Walls between tasks and this machine: which of them it allows, found out by building each once,
 * and the command lines that build them. The runtime calls it when it opens and when it plans a
 * parent or an attempt. It must never loosen a wall that was found: whether less than the best will
 * do is the operator's to say.
 */
@NullMarked
package dev.harrier.runtime.process.sandbox;

import org.jspecify.annotations.NullMarked;
