/**
 * Who may do what, proven over a running server: each call as nobody, as strangers and in each
 * role, and the holes of older servers that must not come back.
 *
 * <p>JUnit calls it; the server runs in the tests' own process, so that its own list of routes says
 * what there is to call. It must never reach into the server other than by its ports: what is
 * proven is what a caller sees.
 */
@NullMarked
package dev.harrier.conformance.access;

import org.jspecify.annotations.NullMarked;
