/** Tests of certificates: what is refused, in which words, and what a renewal does. */
@NullMarked
package dev.harrier.server.tls;

import org.jspecify.annotations.NullMarked;
