/**
 * AWS Secrets Manager, and master keys of AWS KMS, by AWS's own SDK, which nothing loads before the
 * first call. Made by {@code server}. It only reads, wraps and unwraps.
 */
@NullMarked
package dev.harrier.secrets.aws;

import org.jspecify.annotations.NullMarked;
