package dev.harrier.secrets;

import static java.util.Objects.requireNonNull;

import dev.harrier.secrets.http.Reply;
import dev.harrier.security.Secret;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * An OAuth 2.0 access token, asked for when it is first needed and again shortly before it ends.
 * May be asked from several threads; one of them asks for all.
 */
public final class BearerToken {
  private static final Duration MARGIN = Duration.ofMinutes(1);

  private final Source source;
  private final Clock clock;
  private Optional<Held> held = Optional.empty();

  /** Where a token is from. */
  public interface Source {
    /** The answer of a token endpoint. */
    Reply ask() throws ServiceUnavailableException;
  }

  private record Held(Secret token, Instant until) {}

  public BearerToken(Source source, Clock clock) {
    this.source = requireNonNull(source, "source");
    this.clock = requireNonNull(clock, "clock");
  }

  /** The value of a header. */
  public synchronized String header() throws ServiceUnavailableException {
    var now = clock.instant();
    var known = held.filter(one -> now.isBefore(one.until()));
    if (known.isEmpty()) {
      known = Optional.of(asked(now));
      held = known;
    }
    return "Bearer " + known.get().token().reveal();
  }

  /** The service did not take the token: another is asked for next time. */
  public synchronized void refused() {
    held = Optional.empty();
  }

  private Held asked(Instant now) throws ServiceUnavailableException {
    var reply = source.ask();
    if (!reply.succeeded()) {
      throw new ServiceUnavailableException(
          "was not asked: the login for it was refused with status %s".formatted(reply.status()));
    }
    var answer = reply.json();
    var token =
        Reply.text(answer, "access_token")
            .orElseThrow(
                () -> new ServiceUnavailableException("was not asked: its login gave no token"));
    var life = Duration.ofSeconds(Reply.number(answer, "expires_in"));
    return new Held(new Secret(token), now.plus(life).minus(MARGIN));
  }
}
