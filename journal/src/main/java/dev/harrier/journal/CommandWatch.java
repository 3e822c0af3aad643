package dev.harrier.journal;

import dev.harrier.idl.journal.v1.JournalServiceGrpc.JournalServiceStub;
import dev.harrier.idl.journal.v1.WatchCommandsRequest;
import dev.harrier.idl.journal.v1.WatchCommandsResponse;
import dev.harrier.spi.Journal.Subscription;
import dev.harrier.spi.PendingCommand;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens to admin's commands, and again when the line broke. What was missed meanwhile is found by
 * the loops' own look into the journal.
 */
final class CommandWatch implements Subscription {
  /** How long a start waits for admin's word that nothing is missed any more. */
  private static final Duration BEGIN_MAX = Duration.ofSeconds(5);

  private static final long WAIT_MILLIS = 100;
  private static final long WAIT_MAX_MILLIS = 2_000;

  private static final Logger LOG = LoggerFactory.getLogger(CommandWatch.class);

  private final JournalServiceStub admin;
  private final Consumer<PendingCommand> sink;
  private final CountDownLatch begun = new CountDownLatch(1);
  private final ScheduledExecutorService again =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("harrier-commands").factory());
  private long waitMillis = WAIT_MILLIS;
  private boolean closed;
  private boolean warned;
  private @Nullable ClientCallStreamObserver<WatchCommandsRequest> call;

  CommandWatch(JournalServiceStub admin, Consumer<PendingCommand> sink) {
    this.admin = admin;
    this.sink = sink;
  }

  /** Begins to listen; returns once admin has heard of it, or after a while without that. */
  void start() {
    listen();
    try {
      if (!begun.await(BEGIN_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("commands: admin does not tell of them yet; they are looked for until it does");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void listen() {
    try {
      admin.watchCommands(WatchCommandsRequest.getDefaultInstance(), new Line());
    } catch (StatusRuntimeException failed) {
      // The credentials could not be had, so there is no call that could end.
      broken(failed.toString());
    }
  }

  private synchronized void opened(ClientCallStreamObserver<WatchCommandsRequest> opened) {
    call = opened;
  }

  private synchronized boolean told() {
    waitMillis = WAIT_MILLIS;
    begun.countDown();
    return !closed;
  }

  /** It works without, and later: nobody would look for the reason. */
  private synchronized void warnOfNoPlace(Throwable failure) {
    if (!warned && Status.fromThrowable(failure).getCode() == Status.Code.RESOURCE_EXHAUSTED) {
      warned = true;
      LOG.warn(
          "commands: admin does not tell of them, so they are looked for every few seconds: {}",
          failure.getMessage());
    }
  }

  private synchronized void broken(String why) {
    if (closed) {
      return;
    }
    LOG.debug("commands: the line to admin broke: {}", why);
    try {
      var unused = again.schedule(this::listen, waitMillis, TimeUnit.MILLISECONDS);
      waitMillis = Math.min(WAIT_MAX_MILLIS, waitMillis * 2);
    } catch (RejectedExecutionException ended) {
      LOG.debug("commands: closed while the line broke", ended);
    }
  }

  @Override
  public void close() {
    ClientCallStreamObserver<WatchCommandsRequest> open;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      open = call;
    }
    again.shutdownNow();
    if (open != null) {
      open.cancel("the propeller listens no more", null);
    }
  }

  /** One call, from its beginning to its end. */
  private final class Line
      implements ClientResponseObserver<WatchCommandsRequest, WatchCommandsResponse> {
    @Override
    public void beforeStart(ClientCallStreamObserver<WatchCommandsRequest> opening) {
      opened(opening);
    }

    @Override
    public void onNext(WatchCommandsResponse message) {
      if (told()) {
        message.getCommandsList().forEach(command -> sink.accept(Rows.command(command)));
      }
    }

    @Override
    public void onError(Throwable failure) {
      warnOfNoPlace(failure);
      broken(failure.toString());
    }

    @Override
    public void onCompleted() {
      broken("admin ended it");
    }
  }
}
