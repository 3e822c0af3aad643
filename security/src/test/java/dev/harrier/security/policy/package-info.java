/** Policies as operators write them, what they decide, and the matrix of all RPCs and roles. */
@NullMarked
package dev.harrier.security.policy;

import org.jspecify.annotations.NullMarked;
