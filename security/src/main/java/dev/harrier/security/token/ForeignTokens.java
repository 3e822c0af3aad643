package dev.harrier.security.token;

import dev.harrier.security.Caller;
import dev.harrier.spi.RejectedException;
import java.util.Optional;

/** Knows the tokens of other issuers than this server. */
@FunctionalInterface
public interface ForeignTokens {
  /** No other issuer is trusted. */
  ForeignTokens NONE = token -> Optional.empty();

  /**
   * The caller of another issuer's token.
   *
   * @return empty if the token names none of those issuers, so that it may be this server's own
   * @throws RejectedException UNAUTHENTICATED if it names one of them and does not hold
   */
  Optional<Caller> caller(String token);
}
