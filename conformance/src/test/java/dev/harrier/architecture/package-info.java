/**
 * Which room may use which, checked on the compiled classes.
 *
 * <p>The build runs it. It must never run anything of the rooms themselves.
 */
@NullMarked
package dev.harrier.architecture;

import org.jspecify.annotations.NullMarked;
