/**
 * A wrong arrow and a forbidden clock, planted to show that the check finds them.
 *
 * <p>The architecture test reads its classes. Nothing must ever call it.
 */
@NullMarked
package dev.harrier.propeller.planted;

import org.jspecify.annotations.NullMarked;
