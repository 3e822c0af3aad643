/**
 * How log lines look and where they go: to standard error, a line each.
 *
 * <p>{@code Main} sets it up before anything else; every other room logs through slf4j and knows
 * nothing of it. It must never show a secret or let a text forge a line.
 */
@NullMarked
package dev.harrier.server.log;

import org.jspecify.annotations.NullMarked;
