package dev.harrier.runtime.process;

import static java.util.Objects.requireNonNull;

import dev.harrier.spi.AttemptId;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Where and how tasks call the API.
 *
 * @param url of the server, as a task reaches it
 * @param authorityFile that its certificate is checked with; empty if the system knows the
 *     authority or there is no TLS
 * @param tokens for their calls
 * @param renewedEvery how often a running attempt gets another one
 */
public record ApiForTasks(
    URI url, Optional<Path> authorityFile, Tokens tokens, Duration renewedEvery) {
  /** A sixth of the time that a token is good for. */
  private static final Duration RENEWED_EVERY = Duration.ofMinutes(20);

  public ApiForTasks {
    requireNonNull(url, "url");
    requireNonNull(authorityFile, "authorityFile");
    requireNonNull(tokens, "tokens");
    if (!renewedEvery.isPositive()) {
      throw new IllegalArgumentException(
          "renewedEvery: expected more than zero, got %s".formatted(renewedEvery));
    }
  }

  /** With another token each twenty minutes. */
  public ApiForTasks(URI url, Optional<Path> authorityFile, Tokens tokens) {
    this(url, authorityFile, tokens, RENEWED_EVERY);
  }

  /** Makes tokens that end with their attempts. */
  @FunctionalInterface
  public interface Tokens {
    /** A token that is good for so long, if the attempt lives as long. */
    String of(AttemptId attempt, Duration lifetime);
  }
}
