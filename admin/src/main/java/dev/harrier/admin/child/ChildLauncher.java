package dev.harrier.admin.child;

import static java.util.Objects.requireNonNull;

import dev.harrier.admin.journal.CommandExchange;
import dev.harrier.admin.query.Bind;
import dev.harrier.admin.query.Sql;
import dev.harrier.database.Database;
import java.time.Duration;
import java.util.List;
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

  private static final int REQUESTS_MAX = 500;
  private static final Logger LOG = LoggerFactory.getLogger(ChildLauncher.class);

  private final Database database;
  private final LaunchChild launch;
  private final CommandExchange exchange;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
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
        while (!isClosed() && launchWaiting() == REQUESTS_MAX) {
          // A full page: there may be more.
        }
      } catch (RuntimeException failure) {
        LOG.warn("child executions could not be created; trying again", failure);
        pause = PAUSE_AFTER_FAILURE;
      }
      if (!await(pause)) {
        return;
      }
    }
  }

  /**
   * Carries out the requests that wait now.
   *
   * @return how many there were; at most {@link #REQUESTS_MAX} are looked at
   */
  int launchWaiting() {
    List<Long> waiting =
        database
            .api()
            .run(
                "look for child requests",
                connection ->
                    Sql.all(
                        connection,
                        "SELECT id FROM child_request ORDER BY id LIMIT ?",
                        row -> row.getLong("id"),
                        Bind.number(REQUESTS_MAX)));
    for (var request : waiting) {
      var posted =
          database
              .api()
              .transaction(
                  "create a child execution", connection -> launch.launch(connection, request));
      exchange.handOver(posted);
    }
    return waiting.size();
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
