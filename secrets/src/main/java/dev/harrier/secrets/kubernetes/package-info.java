/**
 * Kubernetes Secrets: those that are mounted as files, and those that the API gives to the server's
 * service account. Made by {@code server}. It only reads.
 */
@NullMarked
package dev.harrier.secrets.kubernetes;

import org.jspecify.annotations.NullMarked;
