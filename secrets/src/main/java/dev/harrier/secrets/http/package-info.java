/**
 * Calls to services over HTTP: their trust, their limits, and what is tried again. Used by the
 * packages of single services. It follows no redirect, reads no answer without a bound, and puts
 * nothing of an answer into a message.
 */
@NullMarked
package dev.harrier.secrets.http;

import org.jspecify.annotations.NullMarked;
