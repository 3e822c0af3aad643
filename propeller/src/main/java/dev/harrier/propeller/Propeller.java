package dev.harrier.propeller;

import dev.harrier.propeller.decide.Decider;
import dev.harrier.propeller.decide.Input;
import dev.harrier.propeller.loop.ActionPerformer;
import dev.harrier.propeller.loop.EngineLoop;
import dev.harrier.propeller.loop.Graphs;
import dev.harrier.propeller.loop.LoopMeter;
import dev.harrier.propeller.loop.ShardKeeper;
import dev.harrier.spi.BlobStore;
import dev.harrier.spi.Journal;
import dev.harrier.spi.TaskRuntime;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine of one process: loops, each on a thread of its own, and the keeper of their shards.
 *
 * <p>Several processes may run one each on the same journal; they share the shards.
 */
public final class Propeller implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Propeller.class);

  /** How long a stop waits for a loop to finish its drain. */
  private static final Duration STOP_MAX = Duration.ofSeconds(10);

  /** How long a loop sleeps at most, so that a clock set back does not stop it. */
  private static final Duration NAP_MAX = Duration.ofSeconds(1);

  private final Journal journal;
  private final TaskRuntime runtime;
  private final PropellerSettings settings;
  private final ActionPerformer performer;
  private final List<EngineLoop> loops = new ArrayList<>();
  private final List<Semaphore> bells = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final ShardKeeper keeper;
  private final Semaphore keeperBell = new Semaphore(0);
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile boolean stopping;
  private Journal.@org.jspecify.annotations.Nullable Subscription subscription;

  /**
   * Assembles an engine; {@link #start} sets it going.
   *
   * @param owner names this life of this process: the host's lasting name, a slash, and something
   *     never used before
   */
  public Propeller(
      Journal journal,
      TaskRuntime runtime,
      BlobStore blobs,
      InstantSource clock,
      String owner,
      PropellerSettings settings,
      LoopMeter meter) {
    this.journal = journal;
    this.runtime = runtime;
    this.settings = settings;
    this.performer = new ActionPerformer(runtime, blobs, clock, this::offer);
    var decider = new Decider(blobs::uri, Decider.RECORDS_MAX);
    var graphs = new Graphs(journal);
    for (var number = 0; number < settings.loopCount(); number++) {
      var bell = new Semaphore(0);
      bells.add(bell);
      loops.add(
          new EngineLoop(
              journal,
              decider,
              graphs,
              new EngineLoop.Outside(
                  performer::perform, runtime::reconcile, this::gaveUp, bell::release),
              new EngineLoop.Clocks(clock, System::nanoTime, UUID::randomUUID),
              settings.limits(),
              meter));
    }
    this.keeper = new ShardKeeper(journal, owner, loops, settings.lease(), System::nanoTime);
  }

  /** Takes shards and begins to work on them. */
  public void start() {
    runtime.observe(observation -> offer(new Input.Seen(observation)));
    subscription = journal.subscribe(command -> offer(new Input.Asked(command)));
    for (var number = 0; number < loops.size(); number++) {
      var loop = loops.get(number);
      var bell = bells.get(number);
      threads.add(Thread.ofPlatform().name("engine-" + number).start(() -> run(loop, bell)));
    }
    threads.add(Thread.ofPlatform().name("shards").start(this::keepShards));
  }

  private void offer(Input input) {
    var shard = input.execution().shard(journal.shardCount());
    loops.get(shard % loops.size()).offer(input);
  }

  private void gaveUp(int shard) {
    keeper.gaveUp(shard);
    keeperBell.release();
  }

  private void run(EngineLoop loop, Semaphore bell) {
    while (!stopping) {
      try {
        if (!loop.step()) {
          var nap = loop.idleTime();
          var bounded = nap.compareTo(NAP_MAX) > 0 ? NAP_MAX : nap;
          awaitBell(bell, bounded);
        }
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return;
      } catch (RuntimeException | Error wrong) {
        // A loop that died would hold its shards for ever; one that went on with what it has in
        // memory
        // might write what is not true.
        LOG.error("engine: a drain went wrong; the loop reads everything anew", wrong);
        loop.abandon();
        pause();
      }
    }
  }

  private static void awaitBell(Semaphore bell, Duration nap) throws InterruptedException {
    // At least a moment: a store that is away must not make the loop spin.
    if (bell.tryAcquire(Math.max(1, nap.toMillis()), TimeUnit.MILLISECONDS)) {
      bell.drainPermits();
    }
  }

  private void pause() {
    try {
      if (stopped.await(NAP_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.debug("engine: stopped while it paused");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void keepShards() {
    while (!stopping) {
      try {
        keeper.tick();
        if (keeperBell.tryAcquire(settings.lease().toMillis() / 3, TimeUnit.MILLISECONDS)) {
          keeperBell.drainPermits();
        }
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return;
      } catch (RuntimeException wrong) {
        LOG.error("shards: a renewal went wrong; the keeper goes on", wrong);
      }
    }
  }

  /** Executions in memory, of all loops. */
  public int executionsInMemory() {
    return loops.stream().mapToInt(EngineLoop::executionsInMemory).sum();
  }

  /**
   * Finishes the drains that run, then gives the shards back. Attempts that run go on; the next
   * owner adopts them.
   */
  @Override
  public void close() {
    stopping = true;
    stopped.countDown();
    if (subscription != null) {
      subscription.close();
    }
    bells.forEach(Semaphore::release);
    keeperBell.release();
    for (var thread : threads) {
      try {
        if (!thread.join(STOP_MAX)) {
          LOG.warn("{}: did not stop within {}", thread.getName(), STOP_MAX);
        }
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    performer.close();
    keeper.release();
  }
}
