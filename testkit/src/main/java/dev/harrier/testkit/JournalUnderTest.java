package dev.harrier.testkit;

import static dev.harrier.testkit.SampleRows.attempt;
import static dev.harrier.testkit.SampleRows.node;

import dev.harrier.spi.AttemptPhase;
import dev.harrier.spi.Batch;
import dev.harrier.spi.Batch.ExecutionChange;
import dev.harrier.spi.Command;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.ExecutionRef;
import dev.harrier.spi.Journal;
import dev.harrier.spi.NodePhase;
import dev.harrier.spi.PendingCommand;
import dev.harrier.spi.ShardLease;
import flyteidl.core.Literals.LiteralMap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;

/** A journal as its contract meets it, with executions in it and leases on their shards. */
public abstract class JournalUnderTest {
  /** Long enough that no lease of a test runs out. */
  static final Duration LEASE = Duration.ofMinutes(10);

  private static final String OWNER = "host/1";

  private final List<Journal> opened = new ArrayList<>();

  /**
   * An empty journal, or one whose earlier executions have other names than {@code contract-…} of
   * this call.
   */
  protected abstract Journal open();

  /** Creates an execution of a stored closure with its first command, as admin does. */
  protected abstract ExecutionRef create(ExecutionId id, LiteralMap inputs);

  /** Asks something of an execution, as admin does. */
  protected abstract void post(ExecutionId id, Command command);

  /**
   * Notes that an execution is the child that a node of another waits for, as admin does when it
   * launches one. Only a journal that compares what it is told with that needs it.
   */
  protected void adopt(ExecutionRef parent, String nodePath, ExecutionRef child) {}

  @BeforeEach
  final void openIt() {
    opened.add(open());
  }

  final Journal journal() {
    return opened.getFirst();
  }

  final ExecutionId fresh() {
    return new ExecutionId(
        "flytesnacks", "development", "contract-" + UUID.randomUUID().toString().substring(0, 8));
  }

  final ExecutionRef create(ExecutionId id) {
    return create(id, Values.of("x", "input"));
  }

  final ExecutionRef createOnAnotherShard(ExecutionRef than) {
    var other = fresh();
    while (other.shard(journal().shardCount()) == than.shard()) {
      other = fresh();
    }
    return create(other);
  }

  final PendingCommand command(ExecutionRef ref) {
    return journal().commands(List.of(ref.shard()), 10_000).stream()
        .filter(pending -> pending.ref().equals(ref))
        .findFirst()
        .orElseThrow();
  }

  /** A lease of the execution's shard, taken anew. */
  final ShardLease lease(ExecutionRef ref) {
    return take(OWNER + UUID.randomUUID(), ref);
  }

  final ShardLease take(String owner, ExecutionRef ref) {
    return journal().acquire(owner, journal().shardCount(), LEASE).stream()
        .filter(lease -> lease.shard() == ref.shard())
        .findFirst()
        .orElseThrow();
  }

  final ShardLease stale(ExecutionRef ref) {
    var lease = lease(ref);
    return new ShardLease(lease.shard(), lease.owner(), lease.epoch() - 1);
  }

  /** Commits a first node with its attempt. */
  final ShardLease begun(ExecutionRef ref) {
    var lease = lease(ref);
    journal()
        .commit(
            batch(
                lease,
                new Change(ref)
                    .insert(node("n0", NodePhase.QUEUED, 1))
                    .insert(attempt("n0", 0, AttemptPhase.QUEUED, 1))
                    .build()));
    return lease;
  }

  static Batch batch(ShardLease lease, ExecutionChange change) {
    return new Batch(UUID.randomUUID(), List.of(new Batch.Part(lease, List.of(change))));
  }
}
