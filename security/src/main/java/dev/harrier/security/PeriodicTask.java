package dev.harrier.security;

import static java.util.Objects.requireNonNull;

import dev.harrier.spi.StoreUnavailableException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does something again and again on a thread of its own, until it is closed. */
public final class PeriodicTask implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PeriodicTask.class);

  private final String name;
  private final Duration pause;
  private final Runnable round;
  private final ScheduledExecutorService timer;

  /**
   * @param name of the thread, and in the log
   * @param pause from the end of a round to the next one
   * @param round what is done; one that throws is logged and is not the last
   */
  public PeriodicTask(String name, Duration pause, Runnable round) {
    this.name = requireNonNull(name, "name");
    this.pause = requireNonNull(pause, "pause");
    this.round = requireNonNull(round, "round");
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name(name).factory());
  }

  /** Begins with a pause. */
  public void start() {
    start(pause);
  }

  /** Begins with a round. */
  public void startNow() {
    start(Duration.ZERO);
  }

  private void start(Duration first) {
    var unused =
        timer.scheduleWithFixedDelay(
            this::runSafely, first.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  // What is thrown to the timer would end it without a word.
  private void runSafely() {
    try {
      round.run();
    } catch (StoreUnavailableException e) {
      // Said louder by whoever asked for something meanwhile.
      LOG.debug("{} could not be done, and is tried again in {}", name, pause, e);
    } catch (Throwable e) {
      // Errors too: a class that is missing in one round is no reason to renew nothing any more.
      LOG.error("{} could not be done, and is tried again in {}", name, pause, e);
    }
  }

  /** Whether a round that takes long should end. */
  public boolean closed() {
    return timer.isShutdown();
  }

  /** Interrupts the round, if there is one. */
  @Override
  public void close() {
    timer.shutdownNow();
  }
}
