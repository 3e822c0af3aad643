package dev.harrier.propeller.loop;

import dev.harrier.spi.AttemptId;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/**
 * Runs what is to be done for attempts: of one attempt one after the other, in the order in which
 * it was asked for; of different attempts at once. A start that was overtaken by its abort would
 * run what is over.
 */
final class AttemptQueues {
  private final ConcurrentHashMap<AttemptId, CompletableFuture<?>> tails =
      new ConcurrentHashMap<>();
  private final Executor threads;

  AttemptQueues(Executor threads) {
    this.threads = threads;
  }

  /** Adds work for an attempt; what it throws does not keep the next from running. */
  void add(AttemptId attempt, Runnable work) {
    var tail =
        tails.compute(
            attempt,
            (id, before) ->
                before == null
                    ? CompletableFuture.runAsync(work, threads)
                    : before.handleAsync(
                        (done, failed) -> {
                          work.run();
                          return done;
                        },
                        threads));
    var unused = tail.whenComplete((done, failed) -> tails.remove(attempt, tail));
  }
}
