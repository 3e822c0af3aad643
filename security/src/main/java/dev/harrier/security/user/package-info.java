/**
 * The users of this installation whom no outside provider knows: their names, their passwords, and
 * the back-off against guessing.
 *
 * <p>The login pages of server and its commands call it. It must never keep or log a password or a
 * link, nor tell by its answers or their timing which names exist.
 */
@NullMarked
package dev.harrier.security.user;

import org.jspecify.annotations.NullMarked;
