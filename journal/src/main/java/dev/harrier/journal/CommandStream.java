package dev.harrier.journal;

import dev.harrier.idl.journal.v1.WatchCommandsResponse;
import dev.harrier.spi.Journal.Subscription;
import dev.harrier.spi.PendingCommand;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;

/**
 * Tells one propeller of commands. Whoever brings a command never waits: what a slow propeller does
 * not take is left out, and found by its next look into the journal.
 */
final class CommandStream {
  /** Commands that wait for the propeller at most. */
  private static final int WAITING_MAX = 10_000;

  /** Commands of one message. */
  private static final int MESSAGE_MAX = 500;

  private final ServerCallStreamObserver<WatchCommandsResponse> answer;
  private final IntPredicate held;
  private final ConcurrentLinkedQueue<PendingCommand> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();

  /**
   * @param held whether a shard is the propeller's; others' commands are not told
   */
  CommandStream(ServerCallStreamObserver<WatchCommandsResponse> answer, IntPredicate held) {
    this.answer = answer;
    this.held = held;
    answer.setOnReadyHandler(this::drain);
  }

  /** Says that from now on nothing is missed; the subscription ends with the call. */
  void begin(Subscription subscription) {
    answer.setOnCancelHandler(subscription::close);
    synchronized (this) {
      answer.onNext(WatchCommandsResponse.getDefaultInstance());
    }
    drain();
  }

  /** Takes a command; returns at once. */
  void offer(PendingCommand command) {
    if (waiting.get() >= WAITING_MAX) {
      return;
    }
    waiting.incrementAndGet();
    queue.add(command);
    drain();
  }

  private synchronized void drain() {
    while (answer.isReady() && !answer.isCancelled() && !queue.isEmpty()) {
      var message = WatchCommandsResponse.newBuilder();
      while (message.getCommandsCount() < MESSAGE_MAX) {
        var command = queue.poll();
        if (command == null) {
          break;
        }
        waiting.decrementAndGet();
        if (held.test(command.ref().shard())) {
          message.addCommands(Rows.message(command));
        }
      }
      if (message.getCommandsCount() > 0) {
        answer.onNext(message.build());
      }
    }
  }
}
