/**
 * Who calls and who may: callers, permissions, the rule of each RPC, and the tokens that prove a
 * caller.
 *
 * <p>Every use case of admin asks {@link dev.harrier.security.Access} before it looks anything up;
 * server puts the rules before every call. It must never look up a project, an execution or
 * anything else whose existence could leak through a refusal.
 */
@NullMarked
package dev.harrier.security;

import org.jspecify.annotations.NullMarked;
