/** Tests of the store of secrets. */
@NullMarked
package dev.harrier.security.secret;

import org.jspecify.annotations.NullMarked;
