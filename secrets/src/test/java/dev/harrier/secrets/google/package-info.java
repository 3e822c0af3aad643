/** Tests behind a Secret Manager of the tests'. */
@org.jspecify.annotations.NullMarked
package dev.harrier.secrets.google;
