/** Azure Key Vault, by its REST interface. Made by {@code server}. It only reads. */
@NullMarked
package dev.harrier.secrets.azure;

import org.jspecify.annotations.NullMarked;
