/**
 * The access policy: roles, bindings and denies as an operator writes them, and the decisions that
 * follow. The server opens it as its {@code Access}; the command {@code access} asks it why. Never
 * looks up projects or executions: a decision follows from names alone.
 */
@NullMarked
package dev.harrier.security.policy;

import org.jspecify.annotations.NullMarked;
