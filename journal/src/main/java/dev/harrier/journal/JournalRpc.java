package dev.harrier.journal;

import static java.util.Objects.requireNonNull;

import dev.harrier.idl.journal.v1.AcquireRequest;
import dev.harrier.idl.journal.v1.AcquireResponse;
import dev.harrier.idl.journal.v1.CommitRequest;
import dev.harrier.idl.journal.v1.CommitResponse;
import dev.harrier.idl.journal.v1.DescribeRequest;
import dev.harrier.idl.journal.v1.DescribeResponse;
import dev.harrier.idl.journal.v1.DueTimer;
import dev.harrier.idl.journal.v1.ExecutionRecord;
import dev.harrier.idl.journal.v1.GetClosureRequest;
import dev.harrier.idl.journal.v1.GetOutcomeRequest;
import dev.harrier.idl.journal.v1.GetOutcomeResponse;
import dev.harrier.idl.journal.v1.HeldAttempt;
import dev.harrier.idl.journal.v1.JournalServiceGrpc;
import dev.harrier.idl.journal.v1.ListCommandsRequest;
import dev.harrier.idl.journal.v1.ListCommandsResponse;
import dev.harrier.idl.journal.v1.ListExecutionsRequest;
import dev.harrier.idl.journal.v1.ListHeldAttemptsRequest;
import dev.harrier.idl.journal.v1.ListHeldAttemptsResponse;
import dev.harrier.idl.journal.v1.ListTimersRequest;
import dev.harrier.idl.journal.v1.ListTimersResponse;
import dev.harrier.idl.journal.v1.ReleaseRequest;
import dev.harrier.idl.journal.v1.ReleaseResponse;
import dev.harrier.idl.journal.v1.RenewRequest;
import dev.harrier.idl.journal.v1.RenewResponse;
import dev.harrier.idl.journal.v1.WatchCommandsRequest;
import dev.harrier.idl.journal.v1.WatchCommandsResponse;
import dev.harrier.spi.Batch;
import dev.harrier.spi.HeldPage.After;
import dev.harrier.spi.Journal;
import dev.harrier.spi.Journal.Subscription;
import dev.harrier.spi.PoisonedBatchException;
import dev.harrier.spi.Rejection;
import dev.harrier.spi.ShardLease;
import dev.harrier.spi.Wire;
import flyteidl.core.Compiler.CompiledWorkflowClosure;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.net.URI;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Admin's end of the Journal: what a propeller asks for is done in the journal behind, if the shard
 * that it is about is the propeller's own. A propeller that is broken, or somebody else's, reads
 * and writes nothing of other shards.
 */
public final class JournalRpc extends JournalServiceGrpc.JournalServiceImplBase {
  /** A lease cannot be asked for longer: nobody takes over from a host that is gone before. */
  static final Duration LEASE_MAX = Duration.ofMinutes(10);

  /** What one look takes at most, whatever is asked for. */
  private static final int ROWS_MAX = 10_000;

  /** Executions of one call; each is answered with all its rows. */
  static final int EXECUTIONS_MAX = 1_000;

  private static final Logger LOG = LoggerFactory.getLogger(JournalRpc.class);

  private final Journal journal;
  private final Propellers propellers;
  private final CommandStreams streams = new CommandStreams();
  private final URI apiUrl;

  /**
   * @param journal that compares each batch with its rows
   * @param apiUrl where tasks reach the API
   */
  public JournalRpc(Journal journal, Propellers propellers, URI apiUrl) {
    this.journal = requireNonNull(journal, "journal");
    this.propellers = requireNonNull(propellers, "propellers");
    this.apiUrl = requireNonNull(apiUrl, "apiUrl");
  }

  @Override
  public void describe(DescribeRequest request, StreamObserver<DescribeResponse> answer) {
    var unused = propellers.calling();
    answer(
        answer,
        DescribeResponse.newBuilder()
            .setShardCount(journal.shardCount())
            .setApiUrl(apiUrl.toString())
            .build());
  }

  @Override
  public void acquire(AcquireRequest request, StreamObserver<AcquireResponse> answer) {
    var calling = propellers.calling();
    var owner = calling.owner(request.getOwner());
    var limit = Math.clamp(request.getLimit(), 0, journal.shardCount());
    var message = AcquireResponse.newBuilder();
    for (var lease : journal.acquire(owner, limit, length(request.getLength()))) {
      message.addLeases(Rows.message(lease));
    }
    calling.gained();
    answer(answer, message.build());
  }

  @Override
  public void renew(RenewRequest request, StreamObserver<RenewResponse> answer) {
    var leases = leases(request.getLeasesList());
    var held = journal.renew(leases, length(request.getLength()));
    answer(answer, RenewResponse.newBuilder().addAllShards(held).build());
  }

  @Override
  public void release(ReleaseRequest request, StreamObserver<ReleaseResponse> answer) {
    journal.release(leases(request.getLeasesList()));
    answer(answer, ReleaseResponse.getDefaultInstance());
  }

  private List<ShardLease> leases(List<dev.harrier.idl.journal.v1.ShardLease> messages) {
    var calling = propellers.calling();
    requireAtMost(journal.shardCount(), "leases", messages.size());
    var leases = messages.stream().map(Rows::lease).toList();
    leases.forEach(calling::requireOwn);
    return leases;
  }

  private static Duration length(com.google.protobuf.Duration message) {
    var length = Rows.duration(message);
    if (!length.isPositive() || length.compareTo(LEASE_MAX) > 0) {
      throw Rejection.invalid(
          "lease: expected a length of more than 0 and at most %s, found %s", LEASE_MAX, length);
    }
    return length;
  }

  @Override
  public void listExecutions(
      ListExecutionsRequest request, StreamObserver<ExecutionRecord> answer) {
    var calling = propellers.calling();
    requireAtMost(EXECUTIONS_MAX, "executions", request.getIdsCount());
    var ids = request.getIdsList().stream().map(Wire::executionId).toList();
    calling.requireHeld(ids.stream().map(id -> id.shard(journal.shardCount())).toList());
    journal.load(ids).forEach(record -> answer.onNext(Rows.message(record)));
    answer.onCompleted();
  }

  /** Compiled graphs are shared by executions of all shards, and found by nothing but a digest. */
  @Override
  public void getClosure(
      GetClosureRequest request, StreamObserver<CompiledWorkflowClosure> answer) {
    var unused = propellers.calling();
    answer(answer, refusing("closure", () -> journal.closure(request.getDigest())));
  }

  @Override
  public void listCommands(
      ListCommandsRequest request, StreamObserver<ListCommandsResponse> answer) {
    var shards = held(request.getShardsList());
    var message = ListCommandsResponse.newBuilder();
    for (var command : journal.commands(shards, limit(request.getLimit()))) {
      message.addCommands(Rows.message(command));
    }
    answer(answer, message.build());
  }

  @Override
  public void listTimers(ListTimersRequest request, StreamObserver<ListTimersResponse> answer) {
    var shards = held(request.getShardsList());
    var message = ListTimersResponse.newBuilder();
    var until = Wire.instant(request.getUntil());
    for (var due : journal.timers(shards, until, limit(request.getLimit()))) {
      message.addTimers(
          DueTimer.newBuilder()
              .setRef(Rows.message(due.ref()))
              .setTimer(Rows.message(due.timer())));
    }
    answer(answer, message.build());
  }

  @Override
  public void listHeldAttempts(
      ListHeldAttemptsRequest request, StreamObserver<ListHeldAttemptsResponse> answer) {
    propellers.calling().requireHeld(List.of(request.getShard()));
    if (request.getLimit() < 1) {
      // A caller that does not know of pages would take the first one for all there is.
      throw Rejection.invalid(
          "unreleased attempts: expected a limit of at least 1, found %s", request.getLimit());
    }
    var after =
        request.hasAfter() ? Optional.of(Rows.after(request.getAfter())) : Optional.<After>empty();
    var page =
        journal.held(request.getShard(), after, Math.min(request.getLimit(), Journal.HELD_PAGE));
    var message = ListHeldAttemptsResponse.newBuilder();
    page.next().map(Rows::message).ifPresent(message::setNext);
    for (var held : page.attempts()) {
      message.addAttempts(
          HeldAttempt.newBuilder()
              .setRef(Rows.message(held.ref()))
              .setAttempt(Rows.message(held.attempt())));
    }
    answer(answer, message.build());
  }

  @Override
  public void commit(CommitRequest request, StreamObserver<CommitResponse> answer) {
    var calling = propellers.calling();
    var batch = refusing("batch", () -> Batches.batch(request));
    batch.parts().stream().map(Batch.Part::lease).forEach(calling::requireOwn);
    BatchChecks.require(batch, journal.shardCount());
    var lost = refusing("batch", () -> journal.commit(batch));
    answer(answer, CommitResponse.newBuilder().addAllLostShards(lost).build());
  }

  /** Whoever knows the id made the batch: it is random, and told to admin alone. */
  @Override
  public void getOutcome(GetOutcomeRequest request, StreamObserver<GetOutcomeResponse> answer) {
    var unused = propellers.calling();
    var id = refusing("batch", () -> UUID.fromString(request.getBatch()));
    var message = GetOutcomeResponse.newBuilder();
    journal.outcome(id).ifPresent(shards -> message.setCommitted(true).addAllShards(shards));
    answer(answer, message.build());
  }

  @Override
  public void watchCommands(
      WatchCommandsRequest request, StreamObserver<WatchCommandsResponse> answer) {
    var calling = propellers.calling();
    var place = streams.take(calling.principal());
    var stream =
        new CommandStream((ServerCallStreamObserver<WatchCommandsResponse>) answer, calling);
    var commands = journal.subscribe(stream::offer);
    Subscription both =
        () -> {
          commands.close();
          place.close();
        };
    try {
      stream.begin(both);
    } catch (RuntimeException gone) {
      both.close();
      throw gone;
    }
  }

  private List<Integer> held(List<Integer> shards) {
    var calling = propellers.calling();
    requireAtMost(journal.shardCount(), "shards", shards.size());
    return calling.held(shards);
  }

  private static void requireAtMost(int max, String what, int found) {
    if (found > max) {
      throw Rejection.invalid("expected at most %s %s in one call, found %s", max, what, found);
    }
  }

  private static int limit(int asked) {
    return Math.clamp(asked, 1, ROWS_MAX);
  }

  /** What would fail again is said so; anything else goes its way. */
  private static <T> T refusing(String what, Supplier<T> work) {
    try {
      return work.get();
    } catch (PoisonedBatchException poisoned) {
      throw Rejection.failedPrecondition(sentence(poisoned));
    } catch (IllegalArgumentException
        | IllegalStateException
        | DateTimeException
        | ArithmeticException wrong) {
      // Why is told to the log once a minute by whoever sees all refusals.
      LOG.debug("{} of a propeller is refused", what, wrong);
      throw Rejection.failedPrecondition("%s: %s".formatted(what, sentence(wrong)));
    }
  }

  // The database's own words quote rows.
  private static String sentence(RuntimeException wrong) {
    return wrong.getCause() instanceof SQLException refused
        ? "the database does not take it (SQLSTATE %s)".formatted(refused.getSQLState())
        : String.valueOf(wrong.getMessage());
  }

  private static <A> void answer(StreamObserver<A> answer, A message) {
    answer.onNext(message);
    answer.onCompleted();
  }
}
