/**
 * HashiCorp Vault and OpenBao: secrets of its key-value stores, and master keys of its transit
 * engine. Made by {@code server}. Tokens and answers never leave this package but as the values
 * that were asked for.
 */
@NullMarked
package dev.harrier.secrets.vault;

import org.jspecify.annotations.NullMarked;
