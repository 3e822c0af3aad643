/**
 * AWS Secrets Manager, by AWS's own SDK, which nothing loads before the first secret. Made by
 * {@code server}. It only reads.
 */
@NullMarked
package dev.harrier.secrets.aws;

import org.jspecify.annotations.NullMarked;
