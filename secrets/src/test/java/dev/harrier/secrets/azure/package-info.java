/** Tests behind a Key Vault of the tests'. */
@org.jspecify.annotations.NullMarked
package dev.harrier.secrets.azure;
