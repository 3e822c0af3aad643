package dev.harrier.security.oauth;

import static java.util.Objects.requireNonNull;

import java.security.cert.X509Certificate;
import java.util.Optional;

/**
 * What a request shows beside its form to prove its client.
 *
 * @param authorization the header of that name
 * @param certificate of the connection's other end; it was verified against the authority that this
 *     server takes clients of, and its key was shown
 */
public record ClientProof(Optional<String> authorization, Optional<X509Certificate> certificate) {
  /** Nothing: what a public client shows. */
  public static final ClientProof NOTHING = new ClientProof(Optional.empty(), Optional.empty());

  public ClientProof {
    requireNonNull(authorization, "authorization");
    requireNonNull(certificate, "certificate");
  }
}
