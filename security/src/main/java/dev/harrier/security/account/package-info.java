/**
 * Who may change whose account.
 *
 * <p>The pages of accounts in server ask it, before each change. It must never change an account
 * itself, nor answer by what a caller says of itself.
 */
@NullMarked
package dev.harrier.security.account;

import org.jspecify.annotations.NullMarked;
