package dev.harrier.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.idl.journal.v1.CommitRequest;
import dev.harrier.idl.journal.v1.CommitResponse;
import dev.harrier.idl.journal.v1.JournalServiceGrpc;
import dev.harrier.security.Caller;
import io.grpc.Attributes;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Admin's log says why a propeller is refused, and is not filled by one that asks again. */
final class RefusalLogTest {
  private static final String COMMIT = "harrier.journal.v1.JournalService/Commit";
  private static final Caller ONE = Caller.of("http://admin.test", "sa:one");

  private final List<String> lines = new ArrayList<>();
  private final AtomicLong nanos = new AtomicLong();
  private final RefusalLog log = new RefusalLog(lines::add, nanos::get);

  @Test
  void a_refused_commit_is_told_with_its_caller_and_the_reason() throws Exception {
    end(ONE, Status.PERMISSION_DENIED.withDescription("The lease of shard 3 is another's."));

    assertThat(lines)
        .containsExactly(
            COMMIT + " of sa:one is refused: PERMISSION_DENIED The lease of shard 3 is another's.");
  }

  @Test
  void who_proved_nothing_is_told_too() {
    var call = log.outside().interceptCall(new Commit(), new Metadata(), RefusalLogTest::refused);

    assertThat(call).isNotNull();
    assertThat(lines)
        .containsExactly(
            COMMIT + " of a caller that was not let in is refused: UNAUTHENTICATED no token");
  }

  @Test
  void the_same_again_is_one_line_a_minute_that_counts_the_others() throws Exception {
    for (var again = 0; again < 1_000; again++) {
      end(ONE, Status.FAILED_PRECONDITION.withDescription("number " + again));
    }
    assertThat(lines).hasSize(1);

    nanos.addAndGet(Duration.ofMinutes(1).toNanos());
    end(ONE, Status.FAILED_PRECONDITION.withDescription("once more"));

    assertThat(lines).hasSize(2);
    assertThat(lines.getLast()).endsWith("once more (and 999 more since the last such line)");
  }

  @Test
  void other_callers_and_other_reasons_are_told_beside_it() throws Exception {
    end(ONE, Status.FAILED_PRECONDITION);
    end(ONE, Status.PERMISSION_DENIED);
    end(Caller.of("http://admin.test", "sa:two"), Status.FAILED_PRECONDITION);

    assertThat(lines).hasSize(3);
  }

  @Test
  void what_is_nobodys_fault_is_not_told() throws Exception {
    for (var code : List.of(Status.OK, Status.ABORTED, Status.UNAVAILABLE, Status.CANCELLED)) {
      end(ONE, code);
    }

    assertThat(lines).isEmpty();
  }

  @Test
  void a_sentence_without_end_is_cut() throws Exception {
    end(ONE, Status.INVALID_ARGUMENT.withDescription("x".repeat(100_000)));

    assertThat(lines.getFirst()).hasSizeLessThan(500);
  }

  private void end(Caller caller, Status status) throws Exception {
    var unused =
        caller
            .bound()
            .call(
                () ->
                    log.outside()
                        .interceptCall(
                            new Commit(),
                            new Metadata(),
                            (watched, headers) ->
                                log.inside()
                                    .interceptCall(
                                        watched,
                                        headers,
                                        (known, same) -> {
                                          known.close(status, new Metadata());
                                          return new ServerCall.Listener<>() {};
                                        })));
  }

  private static ServerCall.Listener<CommitRequest> refused(
      ServerCall<CommitRequest, CommitResponse> call, Metadata headers) {
    call.close(Status.UNAUTHENTICATED.withDescription("no token"), headers);
    return new ServerCall.Listener<>() {};
  }

  /** A call that nobody waits for. */
  private static final class Commit extends ServerCall<CommitRequest, CommitResponse> {
    @Override
    public void request(int count) {}

    @Override
    public void sendHeaders(Metadata headers) {}

    @Override
    public void sendMessage(CommitResponse message) {}

    @Override
    public void close(Status status, Metadata trailers) {}

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public Attributes getAttributes() {
      return Attributes.EMPTY;
    }

    @Override
    public MethodDescriptor<CommitRequest, CommitResponse> getMethodDescriptor() {
      return JournalServiceGrpc.getCommitMethod();
    }
  }
}
