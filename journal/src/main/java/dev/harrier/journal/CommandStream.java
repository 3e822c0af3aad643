package dev.harrier.journal;

import dev.harrier.idl.journal.v1.WatchCommandsResponse;
import dev.harrier.spi.Journal.Subscription;
import dev.harrier.spi.PendingCommand;
import io.grpc.Context;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells one propeller of commands, in a thread of its own: who brings a command neither waits nor
 * hears of what fails here. What a slow propeller does not take is left out, and found by its next
 * look into the journal.
 */
final class CommandStream {
  /** Commands that wait for the propeller at most. */
  private static final int WAITING_MAX = 10_000;

  /** Commands of one message. */
  private static final int MESSAGE_MAX = 500;

  /** How long a propeller that may no longer call is not told so, if there is nothing else. */
  private static final long PAUSE_MILLIS = 1_000;

  private static final Logger LOG = LoggerFactory.getLogger(CommandStream.class);

  private final ServerCallStreamObserver<WatchCommandsResponse> answer;
  private final Propellers.Calling calling;
  private final LinkedBlockingQueue<PendingCommand> queue = new LinkedBlockingQueue<>(WAITING_MAX);
  private final Semaphore ready = new Semaphore(0);

  /**
   * @param calling whose shards' commands are told, as long as it may call
   */
  CommandStream(
      ServerCallStreamObserver<WatchCommandsResponse> answer, Propellers.Calling calling) {
    this.answer = answer;
    this.calling = calling;
    answer.setOnReadyHandler(ready::release);
  }

  /** Says that from now on nothing is missed; the subscription ends with the call. */
  void begin(Subscription subscription) {
    answer.onNext(WatchCommandsResponse.getDefaultInstance());
    var work = Context.current().wrap(() -> tell(subscription));
    var teller = Thread.ofVirtual().name("command-stream").unstarted(work);
    answer.setOnCancelHandler(teller::interrupt);
    teller.start();
  }

  /** Takes a command, or leaves it out; returns at once. */
  void offer(PendingCommand command) {
    var unused = queue.offer(command);
  }

  private void tell(Subscription subscription) {
    try (subscription) {
      while (!answer.isCancelled()) {
        calling.requireStill();
        if (!answer.isReady()) {
          var unused = ready.tryAcquire(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
          continue;
        }
        var first = queue.poll(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        if (first != null) {
          calling.requireStill();
          tell(first);
        }
      }
    } catch (InterruptedException cancelled) {
      LOG.debug("commands: a propeller listens no more", cancelled);
    } catch (RuntimeException failed) {
      end(failed);
    }
  }

  private void tell(PendingCommand first) {
    var commands = new ArrayList<PendingCommand>();
    commands.add(first);
    queue.drainTo(commands, MESSAGE_MAX - 1);
    var message = WatchCommandsResponse.newBuilder();
    for (var command : commands) {
      if (calling.heldLately(command.ref().shard())) {
        message.addCommands(Rows.message(command));
      }
    }
    if (message.getCommandsCount() > 0) {
      answer.onNext(message.build());
    }
  }

  /** The propeller asks again, and is told why if it may not. */
  private void end(RuntimeException failed) {
    if (answer.isCancelled()) {
      LOG.debug("commands: a propeller that listens no more was not told", failed);
    } else {
      answer.onError(failed);
    }
  }
}
