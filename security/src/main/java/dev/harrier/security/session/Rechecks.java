package dev.harrier.security.session;

import static java.util.Objects.requireNonNull;

import dev.harrier.security.provider.ProviderUnavailableException;
import dev.harrier.security.provider.Providers;
import dev.harrier.security.session.Renewals.Due;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.StoreUnavailableException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks providers whether they still vouch for whoever is logged in at a browser: a session whose
 * provider does not any more ends, with all that came of it. One that does not answer is asked
 * later; until then the session goes on, and to its timeouts at the latest.
 */
public final class Rechecks implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Rechecks.class);
  private static final Duration PAUSE_MAX = Duration.ofSeconds(15);
  private static final int AT_ONCE_MAX = 100;

  private final Sessions sessions;
  private final Providers providers;
  private final Duration pause;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("harrier-session-recheck").factory());

  /**
   * @param recheck how old what a provider said may become
   */
  public Rechecks(Sessions sessions, Providers providers, Duration recheck) {
    this.sessions = requireNonNull(sessions, "sessions");
    this.providers = requireNonNull(providers, "providers");
    this.pause = recheck.compareTo(PAUSE_MAX) < 0 ? recheck : PAUSE_MAX;
  }

  /** Asks from now on. */
  public void start() {
    if (!providers.logins().isEmpty()) {
      var unused =
          timer.scheduleWithFixedDelay(
              this::runIfPossible, pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /** Asks about all that are due; how many sessions ended. */
  int run() {
    var ended = 0;
    for (var due : sessions.renewals().takeDue(AT_ONCE_MAX)) {
      if (!vouched(due)) {
        LOG.info("A session ends, its provider does not vouch: {}", due.principal());
        if (sessions.end(due.id(), Optional.empty())) {
          ended++;
        }
      }
    }
    return ended;
  }

  private boolean vouched(Due due) {
    var login = providers.login(due.provider());
    if (login.isEmpty()) {
      // The operator took the provider out of the configuration.
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
    } catch (ProviderUnavailableException e) {
      LOG.warn("Not asked about a session: {}", e.getMessage());
      return true;
    }
  }

  private void runIfPossible() {
    try {
      var unused = run();
    } catch (StoreUnavailableException e) {
      LOG.debug("Sessions could not be asked about", e);
    } catch (RuntimeException e) {
      LOG.error("Sessions could not be asked about", e);
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
