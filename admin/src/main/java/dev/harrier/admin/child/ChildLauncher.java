package dev.harrier.admin.child;

import static java.util.Objects.requireNonNull;

import dev.harrier.admin.journal.CommandExchange;
import dev.harrier.admin.query.Bind;
import dev.harrier.admin.query.Sql;
import dev.harrier.database.Database;
import dev.harrier.spi.StoreUnavailableException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works off the requests for children, one transaction each: at once when it is woken, else by a
 * slow look, which also finds what an earlier process left behind. Several processes may do so at
 * the same time.
 */
public final class ChildLauncher implements AutoCloseable {
  /** How often it looks without being woken. */
  private static final Duration SLOW_LOOK = Duration.ofSeconds(5);

  /** After a failure of the database it waits so long before it looks again. */
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);

  /** After so many failures a request is refused. They are counted in memory only. */
  static final int FAILURES_MAX = 5;

  /** So many failures has a request whose refusal failed too. */
  private static final int GIVEN_UP = FAILURES_MAX + 1;

  private static final String REFUSAL =
      "creating its execution failed %d times; the server's log says why".formatted(FAILURES_MAX);

  private static final int REQUESTS_MAX = 500;
  private static final Logger LOG = LoggerFactory.getLogger(ChildLauncher.class);

  private final Database database;
  private final LaunchChild launch;
  private final CommandExchange exchange;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** Failures of requests that still wait; only the worker looks at it. */
  private Map<Long, Integer> failures = Map.of();

  private boolean woken;
  private boolean closed;
  private @Nullable Thread worker;

  public ChildLauncher(Database database, LaunchChild launch, CommandExchange exchange) {
    this.database = requireNonNull(database, "database");
    this.launch = requireNonNull(launch, "launch");
    this.exchange = requireNonNull(exchange, "exchange");
  }

  /** Begins to look. */
  public void start() {
    lock.lock();
    try {
      if (worker != null || closed) {
        throw new IllegalStateException("the child launcher was started or closed before");
      }
      worker = Thread.ofVirtual().name("child-launcher").start(this::work);
    } finally {
      lock.unlock();
    }
  }

  /** There may be new requests. Returns at once. */
  public void wake() {
    lock.lock();
    try {
      woken = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Stops after the request at hand. */
  @Override
  public void close() {
    Thread running;
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
      running = worker;
    } finally {
      lock.unlock();
    }
    if (running != null) {
      try {
        running.join();
      } catch (InterruptedException stop) {
        // Whoever closes us is in a hurry: the worker ends by itself.
        Thread.currentThread().interrupt();
      }
    }
  }

  private void work() {
    while (!isClosed()) {
      var pause = SLOW_LOOK;
      try {
        if (!launchWaiting()) {
          pause = PAUSE_AFTER_FAILURE;
        }
      } catch (Throwable failure) {
        // Nobody would start this thread again, and without it no child is ever created.
        LOG.warn("child executions could not be created; trying again", failure);
        pause = PAUSE_AFTER_FAILURE;
      }
      if (!await(pause)) {
        return;
      }
    }
  }

  /**
   * Carries out the requests that wait now. One that fails does not keep the others waiting: it is
   * tried again in the next round, and refused after {@link #FAILURES_MAX} tries.
   *
   * @return whether none has to be tried again
   * @throws dev.harrier.spi.StoreUnavailableException if the database does not answer
   */
  boolean launchWaiting() {
    var again = new HashMap<Long, Integer>();
    var after = 0L;
    var page = waiting(after);
    while (!page.isEmpty()) {
      for (var request : page) {
        if (isClosed()) {
          return true;
        }
        launch(request, again);
        after = request;
      }
      page = waiting(after);
    }
    var complete = again.values().stream().allMatch(tries -> tries >= GIVEN_UP);
    failures = again;
    return complete;
  }

  private List<Long> waiting(long after) {
    return database
        .api()
        .run(
            "look for child requests",
            connection ->
                Sql.all(
                    connection,
                    "SELECT id FROM child_request WHERE id > ? ORDER BY id LIMIT ?",
                    row -> row.getLong("id"),
                    Bind.number(after),
                    Bind.number(REQUESTS_MAX)));
  }

  private void launch(long request, Map<Long, Integer> again) {
    int before = failures.getOrDefault(request, 0);
    if (before >= GIVEN_UP) {
      again.put(request, before);
      return;
    }
    try {
      exchange.handOver(
          database
              .api()
              .transaction(
                  "create a child execution",
                  connection ->
                      before < FAILURES_MAX
                          ? launch.launch(connection, request)
                          : launch.refuse(connection, request, REFUSAL)));
    } catch (StoreUnavailableException unavailable) {
      // Says nothing about the request. If the database is away, looking for the next ones fails
      // as well, and that ends the round.
      LOG.warn("child request {}: trying again", request, unavailable);
      again.put(request, before);
      var unused = waiting(request);
    } catch (RuntimeException | Error failure) {
      var tries = before + 1;
      again.put(request, tries);
      if (tries < GIVEN_UP) {
        LOG.warn("child request {}: failed {} times; trying again", request, tries, failure);
      } else {
        LOG.error(
            "child request {}: cannot even be refused; left alone until the next start",
            request,
            failure);
      }
    }
  }

  private boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until it is woken or the time is over; false if this thread is to end. */
  private boolean await(Duration length) {
    lock.lock();
    try {
      var left = length.toNanos();
      while (!woken && !closed && left > 0) {
        left = changed.awaitNanos(left);
      }
      woken = false;
      return true;
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }
}
