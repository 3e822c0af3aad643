package dev.harrier.journal;

import static java.util.Objects.requireNonNull;

import dev.harrier.idl.journal.v1.AcquireRequest;
import dev.harrier.idl.journal.v1.DescribeRequest;
import dev.harrier.idl.journal.v1.DescribeResponse;
import dev.harrier.idl.journal.v1.GetClosureRequest;
import dev.harrier.idl.journal.v1.GetOutcomeRequest;
import dev.harrier.idl.journal.v1.JournalServiceGrpc.JournalServiceBlockingStub;
import dev.harrier.idl.journal.v1.JournalServiceGrpc.JournalServiceStub;
import dev.harrier.idl.journal.v1.ListCommandsRequest;
import dev.harrier.idl.journal.v1.ListExecutionsRequest;
import dev.harrier.idl.journal.v1.ListHeldAttemptsRequest;
import dev.harrier.idl.journal.v1.ListTimersRequest;
import dev.harrier.idl.journal.v1.ReleaseRequest;
import dev.harrier.idl.journal.v1.RenewRequest;
import dev.harrier.spi.Batch;
import dev.harrier.spi.DueTimer;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.ExecutionRecord;
import dev.harrier.spi.HeldAttempt;
import dev.harrier.spi.HeldPage;
import dev.harrier.spi.Journal;
import dev.harrier.spi.PendingCommand;
import dev.harrier.spi.PoisonedBatchException;
import dev.harrier.spi.ShardLease;
import dev.harrier.spi.StoreUnavailableException;
import dev.harrier.spi.Wire;
import flyteidl.core.Compiler.CompiledWorkflowClosure;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The propeller's end of the Journal. Whatever admin or the network answers but what a batch holds
 * is a store that is away: the engine asks again, as it does of a database.
 */
public final class RemoteJournal implements Journal {
  /** The largest message that either end takes. */
  public static final int MESSAGE_BYTES_MAX = 256 << 20;

  /** How long one call may take. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final JournalServiceBlockingStub admin;
  private final JournalServiceStub streaming;
  private final int shardCount;

  /**
   * @param admin for calls, with credentials
   * @param streaming likewise, without a limit of time
   * @param shardCount as {@link #describe} told it
   */
  public RemoteJournal(
      JournalServiceBlockingStub admin, JournalServiceStub streaming, int shardCount) {
    this.admin = requireNonNull(admin, "admin");
    this.streaming = requireNonNull(streaming, "streaming");
    if (shardCount < 1) {
      throw new IllegalArgumentException(
          "shards: expected at least 1, admin told of " + shardCount);
    }
    this.shardCount = shardCount;
  }

  /**
   * Asks admin for what must be known first.
   *
   * @throws StoreUnavailableException if it does not answer, or refuses
   */
  public static DescribeResponse describe(JournalServiceBlockingStub admin) {
    return call(
        "ask what admin is", () -> timed(admin).describe(DescribeRequest.getDefaultInstance()));
  }

  @Override
  public int shardCount() {
    return shardCount;
  }

  @Override
  public List<ShardLease> acquire(String owner, int limit, Duration length) {
    var request =
        AcquireRequest.newBuilder()
            .setOwner(owner)
            .setLimit(limit)
            .setLength(Rows.message(length))
            .build();
    return call("lease shards", () -> timed(admin).acquire(request)).getLeasesList().stream()
        .map(Rows::lease)
        .toList();
  }

  @Override
  public Set<Integer> renew(Collection<ShardLease> leases, Duration length) {
    var request = RenewRequest.newBuilder().setLength(Rows.message(length));
    leases.forEach(lease -> request.addLeases(Rows.message(lease)));
    return new HashSet<>(
        call("renew leases", () -> timed(admin).renew(request.build())).getShardsList());
  }

  @Override
  public void release(Collection<ShardLease> leases) {
    var request = ReleaseRequest.newBuilder();
    leases.forEach(lease -> request.addLeases(Rows.message(lease)));
    var unused = call("release leases", () -> timed(admin).release(request.build()));
  }

  @Override
  public List<ExecutionRecord> load(Collection<ExecutionId> executions) {
    var all = List.copyOf(executions);
    var records = new ArrayList<ExecutionRecord>();
    for (var from = 0; from < all.size(); from += JournalRpc.EXECUTIONS_MAX) {
      var to = Math.min(all.size(), from + JournalRpc.EXECUTIONS_MAX);
      records.addAll(page(all.subList(from, to)));
    }
    return records;
  }

  private List<ExecutionRecord> page(List<ExecutionId> executions) {
    var request = ListExecutionsRequest.newBuilder();
    executions.forEach(id -> request.addIds(Wire.identifier(id)));
    return call(
        "load executions",
        () -> {
          var records = new ArrayList<ExecutionRecord>();
          timed(admin)
              .listExecutions(request.build())
              .forEachRemaining(message -> records.add(Rows.record(message)));
          return records;
        });
  }

  @Override
  public CompiledWorkflowClosure closure(String digest) {
    var request = GetClosureRequest.newBuilder().setDigest(digest).build();
    try {
      return timed(admin).getClosure(request);
    } catch (StatusRuntimeException failed) {
      if (failed.getStatus().getCode() == Status.Code.FAILED_PRECONDITION) {
        throw new IllegalStateException(sentence(failed), failed);
      }
      throw unavailable("read a compiled graph", failed);
    }
  }

  @Override
  public List<PendingCommand> commands(Collection<Integer> shards, int limit) {
    var request = ListCommandsRequest.newBuilder().addAllShards(shards).setLimit(limit).build();
    return call("read commands", () -> timed(admin).listCommands(request))
        .getCommandsList()
        .stream()
        .map(Rows::command)
        .toList();
  }

  @Override
  public List<DueTimer> timers(Collection<Integer> shards, Instant until, int limit) {
    var request =
        ListTimersRequest.newBuilder()
            .addAllShards(shards)
            .setUntil(Wire.timestamp(until))
            .setLimit(limit)
            .build();
    return call("read timers", () -> timed(admin).listTimers(request)).getTimersList().stream()
        .map(due -> new DueTimer(Rows.ref(due.getRef()), Rows.timer(due.getTimer())))
        .toList();
  }

  @Override
  public HeldPage held(int shard, Optional<HeldPage.After> after, int limit) {
    var request = ListHeldAttemptsRequest.newBuilder().setShard(shard).setLimit(limit);
    after.map(Rows::message).ifPresent(request::setAfter);
    var page =
        call("read unreleased attempts", () -> timed(admin).listHeldAttempts(request.build()));
    return new HeldPage(
        page.getAttemptsList().stream()
            .map(held -> new HeldAttempt(Rows.ref(held.getRef()), Rows.attempt(held.getAttempt())))
            .toList(),
        page.hasNext() ? Optional.of(Rows.after(page.getNext())) : Optional.empty());
  }

  @Override
  public Set<Integer> commit(Batch batch) {
    var request = Batches.message(batch);
    if (request.getSerializedSize() > MESSAGE_BYTES_MAX) {
      var message =
          "batch %s: expected at most %s bytes, found %s"
              .formatted(batch.id(), MESSAGE_BYTES_MAX, request.getSerializedSize());
      throw new PoisonedBatchException(message, new IllegalStateException(message));
    }
    try {
      return new HashSet<>(timed(admin).commit(request).getLostShardsList());
    } catch (StatusRuntimeException failed) {
      if (failed.getStatus().getCode() == Status.Code.FAILED_PRECONDITION) {
        throw new PoisonedBatchException(sentence(failed), failed);
      }
      throw unavailable("commit a batch", failed);
    }
  }

  @Override
  public Optional<Set<Integer>> outcome(UUID batch) {
    var request = GetOutcomeRequest.newBuilder().setBatch(batch.toString()).build();
    var outcome = call("ask after a batch", () -> timed(admin).getOutcome(request));
    return outcome.getCommitted()
        ? Optional.of(new HashSet<>(outcome.getShardsList()))
        : Optional.empty();
  }

  @Override
  public Subscription subscribe(Consumer<PendingCommand> sink) {
    var watch = new CommandWatch(streaming, sink);
    watch.start();
    return watch;
  }

  private static JournalServiceBlockingStub timed(JournalServiceBlockingStub stub) {
    return stub.withDeadlineAfter(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static <A> A call(String what, Supplier<A> rpc) {
    try {
      return rpc.get();
    } catch (StatusRuntimeException failed) {
      throw unavailable(what, failed);
    }
  }

  private static StoreUnavailableException unavailable(String what, StatusRuntimeException failed) {
    return new StoreUnavailableException(
        "admin did not %s: %s %s".formatted(what, failed.getStatus().getCode(), sentence(failed)),
        failed);
  }

  private static String sentence(StatusRuntimeException failed) {
    var status = failed.getStatus();
    // What the network did has no description of its own.
    return Optional.ofNullable(status.getDescription())
        .or(() -> Optional.ofNullable(status.getCause()).map(Throwable::toString))
        .orElse("");
  }
}
