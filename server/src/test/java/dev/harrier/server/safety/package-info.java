/** Tests of what a server does not start with. */
@NullMarked
package dev.harrier.server.safety;

import org.jspecify.annotations.NullMarked;
