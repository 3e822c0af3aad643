package dev.harrier.security.session;

import static java.util.Objects.requireNonNull;

import dev.harrier.security.PeriodicTask;
import dev.harrier.security.provider.ProviderUnavailableException;
import dev.harrier.security.provider.Providers;
import dev.harrier.security.session.Renewals.Due;
import dev.harrier.spi.RejectedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks providers whether they still vouch for whoever is logged in at a browser: a session whose
 * provider does not any more ends, with all that came of it. One that does not answer is asked in
 * the next round; until then the session goes on, and to its timeouts at the latest.
 */
public final class Rechecks implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Rechecks.class);
  private static final Duration PAUSE_MAX = Duration.ofSeconds(15);
  private static final int AT_ONCE_MAX = 100;

  private final Sessions sessions;
  private final Providers providers;
  private final PeriodicTask rounds;

  /**
   * @param recheck how old what a provider said may become
   */
  public Rechecks(Sessions sessions, Providers providers, Duration recheck) {
    this.sessions = requireNonNull(sessions, "sessions");
    this.providers = requireNonNull(providers, "providers");
    var pause = recheck.compareTo(PAUSE_MAX) < 0 ? recheck : PAUSE_MAX;
    this.rounds = new PeriodicTask("harrier-session-recheck", pause, this::run);
  }

  /**
   * Ends the sessions of providers that the operator took out of the configuration, and asks all
   * others from now on.
   */
  public void start() {
    var ended = endOfFormerProviders();
    if (ended > 0) {
      LOG.info("{} sessions ended: their providers are no longer configured", ended);
    }
    rounds.start();
  }

  /** Ends what came of providers that are not configured any more; how many sessions ended. */
  int endOfFormerProviders() {
    return sessions.endOfOthersThan(providers.logins());
  }

  /** Asks about all that are due; how many sessions ended. */
  int run() {
    var round = new Round();
    try {
      List<Due> due;
      do {
        due = sessions.renewals().takeDue(AT_ONCE_MAX);
        due.forEach(round::ask);
      } while (due.size() == AT_ONCE_MAX && !rounds.closed());
    } finally {
      if (!round.unanswered.isEmpty()) {
        sessions.renewals().askAgain(round.unanswered);
      }
    }
    return round.ended;
  }

  /** What came of those that were due at once. */
  private final class Round {
    // One that does not answer costs seconds: the others' people must not wait for it each time.
    private final Set<String> silent = new HashSet<>();
    private final List<String> unanswered = new ArrayList<>();
    private int ended;

    void ask(Due due) {
      if (silent.contains(due.provider())) {
        unanswered.add(due.id());
        return;
      }
      try {
        if (!vouched(due)) {
          LOG.info("A session ends, its provider does not vouch: {}", due.principal());
          ended += sessions.end(due.id(), Optional.empty()) ? 1 : 0;
        }
      } catch (ProviderUnavailableException e) {
        LOG.warn("Not asked about sessions: {}", e.getMessage());
        silent.add(due.provider());
        unanswered.add(due.id());
      }
    }
  }

  private boolean vouched(Due due) {
    var login = providers.login(due.provider());
    if (login.isEmpty()) {
      return false;
    }
    try {
      var renewed = login.get().renew(due.renewal());
      if (renewed.person().map(one -> !one.principal().equals(due.principal())).orElse(false)) {
        return false;
      }
      sessions.renewals().renewed(due.id(), renewed.person(), renewed.renewal());
      return true;
    } catch (RejectedException refused) {
      return false;
    }
  }

  @Override
  public void close() {
    rounds.close();
  }
}
