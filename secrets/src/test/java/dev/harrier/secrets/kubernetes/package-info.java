/** Tests of Kubernetes Secrets, as files and behind an API of the tests'. */
@org.jspecify.annotations.NullMarked
package dev.harrier.secrets.kubernetes;
