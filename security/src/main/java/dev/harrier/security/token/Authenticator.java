package dev.harrier.security.token;

import static java.util.Objects.requireNonNull;

import dev.harrier.security.Caller;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Finds the caller of a request in its headers, over gRPC and HTTP alike. */
public final class Authenticator {
  /** Flyte's clients send the first, everybody else the second. */
  private static final List<String> HEADERS = List.of("flyte-authorization", "authorization");

  private static final String BEARER = "bearer ";

  private final TokenVerifier verifier;

  public Authenticator(TokenVerifier verifier) {
    this.verifier = requireNonNull(verifier, "verifier");
  }

  /**
   * The caller whom the headers prove.
   *
   * @param header the value of a header by its lower-case name, null if it was not sent
   * @return {@link Caller#ANONYMOUS} if neither header was sent
   * @throws RejectedException UNAUTHENTICATED if one was sent and proves nobody
   */
  public Caller authenticate(Function<String, @Nullable String> header) {
    for (var name : HEADERS) {
      var value = header.apply(name);
      if (value != null) {
        if (!value.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
          throw Rejection.unauthenticated(
              "Expected '%s: Bearer <token>', found another scheme.", name);
        }
        return verifier.verify(value.substring(BEARER.length()).strip());
      }
    }
    return Caller.ANONYMOUS;
  }
}
