/** Commands that need no running server, as a user types them. */
@NullMarked
package dev.harrier.server.command;

import org.jspecify.annotations.NullMarked;
