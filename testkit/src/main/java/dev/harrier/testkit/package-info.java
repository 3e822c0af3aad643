/**
 * Contracts that every implementation of a socket passes, and fakes that pass them too.
 *
 * <p>Tests of all rooms call it; nothing that ships does. It must never see a room above spi.
 */
@NullMarked
package dev.harrier.testkit;

import org.jspecify.annotations.NullMarked;
