package dev.harrier.propeller.loop;

import dev.harrier.propeller.decide.Action;
import dev.harrier.propeller.decide.Input;
import dev.harrier.spi.AttemptId;
import dev.harrier.spi.AttemptStart;
import dev.harrier.spi.BlobStore;
import dev.harrier.spi.Failure;
import dev.harrier.spi.LiteralPaths;
import dev.harrier.spi.Observation;
import dev.harrier.spi.OffloadedLiterals;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.StoreUnavailableException;
import dev.harrier.spi.TaskRuntime;
import flyteidl.core.Literals.LiteralMap;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Performs actions on virtual threads, off the loops: writes inputs, starts attempts, stops them,
 * lets the runtime forget them.
 *
 * <p>Every action may be performed twice, so none is remembered here: after a crash the rows tell
 * which are owed.
 */
public final class ActionPerformer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ActionPerformer.class);

  /** Actions performed at once. */
  private static final int CONCURRENT_MAX = 64;

  /** Bytes of large literals into which the bindings of one node may look. */
  private static final long INPUT_BYTES_MAX = 256L << 20;

  /** Tries of one action while a store or runtime does not answer. */
  private static final int TRIES_MAX = 5;

  /** Wait before the second try; it doubles with each. */
  private static final long RETRY_WAIT_MILLIS = 50;

  /** Longest wait between two tries of what is owed. */
  private static final long RETRY_WAIT_MAX_MILLIS = 30_000;

  private final TaskRuntime runtime;
  private final BlobStore blobs;
  private final OffloadedLiterals offloaded;
  private final InstantSource clock;
  private final Consumer<Input> inputs;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AttemptQueues queues = new AttemptQueues(threads);
  private final Semaphore permits = new Semaphore(CONCURRENT_MAX);
  private final CountDownLatch closed = new CountDownLatch(1);

  /**
   * Makes a performer.
   *
   * @param inputs takes what follows back to the loops
   */
  public ActionPerformer(
      TaskRuntime runtime, BlobStore blobs, InstantSource clock, Consumer<Input> inputs) {
    this.runtime = runtime;
    this.blobs = blobs;
    this.offloaded = new OffloadedLiterals(blobs);
    this.clock = clock;
    this.inputs = inputs;
  }

  /** Sees to an action, and returns at once. */
  public void perform(Action action) {
    queues.add(attempt(action), () -> run(action));
  }

  private static AttemptId attempt(Action action) {
    return switch (action) {
      case Action.Start start -> start.start().id();
      case Action.Abort abort -> abort.attempt();
      case Action.Acknowledge acknowledge -> acknowledge.attempt();
    };
  }

  private void run(Action action) {
    permits.acquireUninterruptibly();
    try {
      switch (action) {
        case Action.Start start -> start(start.start());
        case Action.Abort abort -> {
          retrying(() -> runtime.abort(abort.attempt(), abort.epoch(), abort.reason()));
          letGo(abort, abort.attempt());
        }
        case Action.Acknowledge acknowledge -> letGo(acknowledge, acknowledge.attempt());
      }
    } catch (IOException | StoreUnavailableException unavailable) {
      failed(action, unavailable);
    } catch (RuntimeException wrong) {
      LOG.error("{}: went wrong", action.ref(), wrong);
      failed(action, wrong);
    } finally {
      permits.release();
    }
  }

  private void start(AttemptStart start) throws IOException {
    var refusal = runtime.refusal(start.task());
    if (refusal.isPresent()) {
      inputs.accept(
          new Input.Seen(
              new Observation.Failed(
                  start.id(), clock.instant(), Failure.user("TaskNotRunnable", refusal.get()))));
      return;
    }
    LiteralMap values;
    try {
      values =
          offloaded.followPaths(
              start.inputs(),
              INPUT_BYTES_MAX,
              key -> key.scope().equals(start.id().node().execution().scope()));
    } catch (LiteralPaths.NoValueException none) {
      refuse(start, "BindingResolutionError", none.text());
      return;
    } catch (RejectedException refused) {
      refuse(start, "BindingResolutionError", refused.rejection().message());
      return;
    }
    var ready = start.withInputs(values);
    retrying(() -> blobs.write(ready.locations().inputs(), values.toByteString()));
    retrying(() -> runtime.start(ready));
  }

  private void refuse(AttemptStart start, String code, String why) {
    inputs.accept(
        new Input.Seen(
            new Observation.Failed(start.id(), clock.instant(), Failure.user(code, why))));
  }

  private void letGo(Action action, AttemptId attempt) throws IOException {
    retrying(() -> runtime.acknowledge(attempt));
    inputs.accept(new Input.Forgotten(action.ref(), attempt.node().path(), attempt.number()));
  }

  /**
   * What could not be done is owed: a start is taken back and reported, anything else is done again
   * until it is. Nobody lets a start's attempt go before its failure is in the rows: they would not
   * lead to it any more.
   */
  private void failed(Action action, Exception why) {
    LOG.warn("{}: not done yet: {}", attempt(action), why.toString());
    permits.release();
    try {
      untilDone(action, why);
    } finally {
      permits.acquireUninterruptibly();
    }
  }

  /**
   * Tries again, ever more rarely, until it is done or this process stops: then the next owner of
   * the shard does it.
   */
  private void untilDone(Action action, Exception why) {
    var waitMillis = RETRY_WAIT_MILLIS;
    while (true) {
      try {
        if (closed.await(waitMillis, TimeUnit.MILLISECONDS)) {
          return;
        }
        switch (action) {
          case Action.Start start -> takeBack(start.start(), why);
          case Action.Abort abort -> {
            runtime.abort(abort.attempt(), abort.epoch(), abort.reason());
            letGo(abort, abort.attempt());
          }
          case Action.Acknowledge acknowledge -> letGo(acknowledge, acknowledge.attempt());
        }
        return;
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return;
      } catch (IOException | RuntimeException still) {
        LOG.warn("{}: still not done: {}", attempt(action), still.toString());
        waitMillis = Math.min(RETRY_WAIT_MAX_MILLIS, waitMillis * 2);
      }
    }
  }

  private void takeBack(AttemptStart start, Exception why) {
    runtime.abort(start.id(), start.epoch(), "it could not be started");
    inputs.accept(
        new Input.Seen(
            new Observation.Failed(
                start.id(),
                clock.instant(),
                Failure.system("AttemptNotStarted", "the attempt could not be started: " + why))));
  }

  private static void retrying(Step step) throws IOException {
    for (var tried = 1; ; tried++) {
      try {
        step.run();
        return;
      } catch (IOException | StoreUnavailableException unavailable) {
        if (tried == TRIES_MAX) {
          throw unavailable;
        }
        pause(Duration.ofMillis(RETRY_WAIT_MILLIS << tried));
      }
    }
  }

  private static void pause(Duration wait) throws IOException {
    try {
      TimeUnit.NANOSECONDS.sleep(wait.toNanos());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted between two tries", interrupted);
    }
  }

  /** Waits for what is being done, for a while. */
  @Override
  public void close() {
    closed.countDown();
    threads.shutdown();
    try {
      if (!threads.awaitTermination(10, TimeUnit.SECONDS)) {
        LOG.warn("actions: some were still going on at the end; they will be repeated");
        threads.shutdownNow();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      threads.shutdownNow();
    }
  }

  @FunctionalInterface
  private interface Step {
    void run() throws IOException;
  }
}
