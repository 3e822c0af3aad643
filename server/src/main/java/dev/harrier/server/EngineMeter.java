package dev.harrier.server;

import dev.harrier.propeller.loop.LoopMeter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;

/** What the engine does, as metrics. */
final class EngineMeter implements LoopMeter {
  private final Timer commits;
  private final DistributionSummary records;
  private final Counter outcomesCommitted;
  private final Counter outcomesNotCommitted;
  private final Counter shardsLost;
  private final Counter failedByPoison;
  private final Counter parked;

  EngineMeter(MeterRegistry registry) {
    commits =
        Timer.builder("harrier.engine.commit")
            .description("Commits of the engine and how long they took")
            .register(registry);
    records =
        DistributionSummary.builder("harrier.engine.commit.records")
            .description("Records in one commit of the engine")
            .register(registry);
    outcomesCommitted = outcome(registry, "committed");
    outcomesNotCommitted = outcome(registry, "not committed");
    shardsLost =
        Counter.builder("harrier.engine.shards.lost")
            .description("Shards that went to another process, or were given up")
            .register(registry);
    failedByPoison = poisoned(registry, "failed");
    parked = poisoned(registry, "parked");
  }

  private static Counter outcome(MeterRegistry registry, String outcome) {
    return Counter.builder("harrier.engine.commit.asked")
        .description("Commits whose answer was lost, by what they turned out to be")
        .tag("outcome", outcome)
        .register(registry);
  }

  private static Counter poisoned(MeterRegistry registry, String end) {
    return Counter.builder("harrier.engine.poisoned")
        .description("Executions that could not be decided on or recorded")
        .tag("end", end)
        .register(registry);
  }

  @Override
  public void committed(int executions, int recordCount, long nanos) {
    commits.record(nanos, TimeUnit.NANOSECONDS);
    records.record(recordCount);
  }

  @Override
  public void outcomeAsked(boolean wasCommitted) {
    (wasCommitted ? outcomesCommitted : outcomesNotCommitted).increment();
  }

  @Override
  public void shardLost(int shard) {
    shardsLost.increment();
  }

  @Override
  public void poisoned(boolean wasParked) {
    (wasParked ? parked : failedByPoison).increment();
  }
}
