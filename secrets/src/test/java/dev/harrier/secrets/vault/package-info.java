/** Tests with a real Vault, which they build and start. */
@org.jspecify.annotations.NullMarked
package dev.harrier.secrets.vault;
