/** Tests with AWS as moto plays it, and one that throttles. */
@org.jspecify.annotations.NullMarked
package dev.harrier.secrets.aws;
