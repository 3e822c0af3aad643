/**
 * The rule of every RPC, and the gate that holds each call to its rule before any code of a service
 * runs.
 *
 * <p>Server puts the gate around all services that it serves, and refuses to start if one of their
 * methods has no rule. It must never read a request: what is asked for is the use case's to check.
 */
@NullMarked
package dev.harrier.security.rpc;

import org.jspecify.annotations.NullMarked;
