/**
 * The programs that ask for tokens: those that everybody knows, like flytectl, and those with
 * credentials of their own.
 *
 * <p>The authorization server asks it who a client is; commands of server add clients. It must
 * never keep a secret as it is.
 */
@NullMarked
package dev.harrier.security.client;

import org.jspecify.annotations.NullMarked;
