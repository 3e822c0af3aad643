/**
 * Certificates and keys: the pair that the API's port serves with, a local authority for those who
 * have none, and words for why a client would refuse a certificate.
 *
 * <p>The wiring opens the pair before the ports; the command {@code harrier tls} makes and checks
 * certificates. It must never know who calls or what is served.
 */
@NullMarked
package dev.harrier.server.tls;

import org.jspecify.annotations.NullMarked;
