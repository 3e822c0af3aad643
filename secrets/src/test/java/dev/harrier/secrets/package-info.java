/** Tests of what all services have in common. */
@org.jspecify.annotations.NullMarked
package dev.harrier.secrets;
