/**
 * What a person can type: {@code harrier demo}, {@code start}, {@code token}, {@code user}, {@code
 * client}, {@code key}, {@code access}, and their options.
 *
 * <p>{@link dev.harrier.server.Main} runs them. A command must never do more than read its options,
 * call the wiring and tell what came of it.
 */
@NullMarked
package dev.harrier.server.command;

import org.jspecify.annotations.NullMarked;
