package dev.harrier.security.user;

import static java.util.Objects.requireNonNull;

import dev.harrier.security.Secret;
import dev.harrier.security.user.LoginDelays.Origin;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs users in by name and password. Few passwords are looked at at once, and only those touch the
 * database: a rush of guesses waits for itself and for nobody else.
 */
public final class PasswordLogin {
  private static final Logger LOG = LoggerFactory.getLogger(PasswordLogin.class);

  private static final int AT_ONCE_MAX = 4;
  private static final int WAITING_MAX = 64;
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Semaphore turns = new Semaphore(AT_ONCE_MAX, true);
  private final Users users;
  private final LoginDelays delays;
  private final PasswordHash hashes;

  private PasswordLogin(Users users, LoginDelays delays, PasswordHash hashes) {
    this.users = requireNonNull(users, "users");
    this.delays = requireNonNull(delays, "delays");
    this.hashes = requireNonNull(hashes, "hashes");
  }

  /** Logs in with the passwords that users chose by {@link PasswordLinks}. */
  public static PasswordLogin of(Users users, PasswordLinks links, LoginDelays delays) {
    return new PasswordLogin(users, delays, links.hashes());
  }

  /** What came of it. */
  public sealed interface Outcome {
    /** The password is this user's. */
    record Welcome(User user) implements Outcome {}

    /** Unknown, disabled, without a password, or with another one: which, is nobody's business. */
    record Refused() implements Outcome {}

    /** Too many guesses, at this user or at all; nothing was looked at. */
    record Wait(Duration time) implements Outcome {}
  }

  /**
   * Tries a password.
   *
   * @param typed the name as somebody typed it
   * @param origin where the request comes from, for the back-off
   */
  public Outcome login(String typed, Secret password, Origin origin) {
    if (!begins()) {
      return new Outcome.Wait(PATIENCE);
    }
    try {
      return tried(typed, password, origin);
    } finally {
      turns.release();
    }
  }

  private boolean begins() {
    try {
      return turns.getQueueLength() < WAITING_MAX
          && turns.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private Outcome tried(String typed, Secret password, Origin origin) {
    var name = User.typed(typed);
    if (!User.isName(name)) {
      // No user is called so, and what is called so belongs in no log and no table.
      return delays
          .take(Optional.empty(), origin)
          .<Outcome>map(Outcome.Wait::new)
          .orElseGet(() -> nobody(password));
    }
    var wait = delays.take(Optional.of(name), origin);
    if (wait.isPresent()) {
      LOG.warn("Login put off user={} address={} wait={}", name, origin.address(), wait.get());
      return new Outcome.Wait(wait.get());
    }
    var user = proven(name, password);
    if (user.isEmpty()) {
      LOG.warn("Login refused user={} address={}", name, origin.address());
      return new Outcome.Refused();
    }
    delays.forgive(name, origin);
    LOG.info("Login user={} address={}", name, origin.address());
    return new Outcome.Welcome(user.get());
  }

  private Optional<User> proven(String name, Secret password) {
    if (password.reveal().length() > PasswordRules.CHARACTERS_MAX * 2) {
      return Optional.empty();
    }
    var known = users.withPassword(name);
    if (known.isEmpty()) {
      hashes.matchNobody(password);
      return Optional.empty();
    }
    // As the user was before the password was compared: whoever goes on with it says which one.
    return known.filter(one -> hashes.matches(password, one.hash())).map(Users.Protected::user);
  }

  private Outcome nobody(Secret password) {
    if (password.reveal().length() <= PasswordRules.CHARACTERS_MAX * 2) {
      hashes.matchNobody(password);
    }
    return new Outcome.Refused();
  }
}
