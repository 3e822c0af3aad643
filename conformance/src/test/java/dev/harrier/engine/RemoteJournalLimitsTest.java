package dev.harrier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.harrier.database.Database;
import dev.harrier.idl.engine.v1.ExecutionSettings;
import dev.harrier.idl.journal.v1.JournalServiceGrpc.JournalServiceBlockingStub;
import dev.harrier.idl.journal.v1.JournalServiceGrpc.JournalServiceStub;
import dev.harrier.idl.journal.v1.ListCommandsRequest;
import dev.harrier.idl.journal.v1.ListExecutionsRequest;
import dev.harrier.idl.journal.v1.RenewRequest;
import dev.harrier.idl.journal.v1.WatchCommandsRequest;
import dev.harrier.idl.journal.v1.WatchCommandsResponse;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.ExecutionRecord;
import dev.harrier.spi.ExecutionRef;
import dev.harrier.spi.Wire;
import flyteidl.core.Literals.LiteralMap;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How much one propeller may ask of admin at once. */
final class RemoteJournalLimitsTest {
  private static final Duration LEASE = Duration.ofMinutes(5);
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final int STREAMS_OF_ONE_CLIENT = 64;

  private static EngineDatabase engine;

  private final PostgresAdmin admin = new PostgresAdmin(database(), InstantSource.system());
  private final PropellersPort port = PropellersPort.of(admin);

  RemoteJournalLimitsTest() throws IOException {}

  @BeforeAll
  static void openDatabase(@TempDir Path folder) {
    engine = EngineDatabase.open(folder);
  }

  @AfterAll
  static void closeDatabase() {
    engine.close();
  }

  private static Database database() {
    return engine.database();
  }

  @AfterEach
  void close() {
    port.close();
  }

  @Test
  void one_client_listens_to_commands_so_often_and_no_more_until_one_stops() throws Exception {
    var stub = port.stub("sa:one", JournalServiceStub.class);
    var streams = new ArrayList<Stream>();
    for (var number = 0; number < STREAMS_OF_ONE_CLIENT; number++) {
      streams.add(Stream.of(stub));
      assertThat(streams.getLast().first()).isInstanceOf(WatchCommandsResponse.class);
    }

    var refused = (Throwable) Stream.of(stub).first();

    assertThat(Status.fromThrowable(refused).getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(refused)
        .hasMessageContaining("sa:one: expected at most 64 streams of commands at once");
    var other = Stream.of(port.stub("sa:two", JournalServiceStub.class));
    assertThat(other.first()).isInstanceOf(WatchCommandsResponse.class);
    streams.removeFirst().stop();
    await()
        .atMost(LIMIT)
        .until(
            () -> {
              var again = Stream.of(stub);
              streams.add(again);
              return again.first() instanceof WatchCommandsResponse;
            });
    streams.forEach(Stream::stop);
    other.stop();
  }

  @Test
  void a_call_asks_for_so_many_things_and_no_more() {
    var stub = port.stub("sa:one", JournalServiceBlockingStub.class);
    var executions = ListExecutionsRequest.newBuilder();
    var shards = ListCommandsRequest.newBuilder().setLimit(1);
    var leases = RenewRequest.newBuilder();
    for (var number = 0; number <= 1_000; number++) {
      executions.addIds(Wire.identifier(fresh()));
      shards.addShards(number % 256);
      leases.addLeasesBuilder().setOwner("sa:one@host/1");
    }

    assertThatThrownBy(() -> stub.listExecutions(executions.build()).hasNext())
        .hasMessageContaining("INVALID_ARGUMENT")
        .hasMessageContaining("expected at most 1000 executions in one call, found 1001");
    assertThatThrownBy(() -> stub.listCommands(shards.build()))
        .hasMessageContaining("expected at most 256 shards in one call, found 1001");
    assertThatThrownBy(() -> stub.renew(leases.build()))
        .hasMessageContaining("expected at most 256 leases in one call, found 1001");
  }

  @Test
  void more_executions_than_one_call_takes_are_loaded_by_several() {
    var journal = port.line("sa:one").journal(256);
    assertThat(journal.acquire("host/" + UUID.randomUUID(), 256, LEASE)).hasSize(256);
    var first = create();
    var last = create();
    var ids = new ArrayList<ExecutionId>();
    ids.add(first.id());
    for (var number = 0; number < 2_000; number++) {
      ids.add(fresh());
    }
    ids.add(last.id());

    assertThat(journal.load(ids)).extracting(ExecutionRecord::ref).containsOnly(first, last);
  }

  private ExecutionRef create() {
    admin.create(
        fresh(),
        "no closure",
        LiteralMap.getDefaultInstance(),
        ExecutionSettings.getDefaultInstance());
    return admin.executions().getLast();
  }

  private static ExecutionId fresh() {
    return new ExecutionId(
        "flytesnacks", "development", "limits-" + UUID.randomUUID().toString().substring(0, 8));
  }

  /** One call that listens until it is stopped. */
  private static final class Stream
      implements ClientResponseObserver<WatchCommandsRequest, WatchCommandsResponse> {
    private final BlockingQueue<Object> told = new LinkedBlockingQueue<>();
    private @Nullable ClientCallStreamObserver<WatchCommandsRequest> call;

    static Stream of(JournalServiceStub stub) {
      var stream = new Stream();
      stub.watchCommands(WatchCommandsRequest.getDefaultInstance(), stream);
      return stream;
    }

    /** What came first: a message, or the failure. */
    Object first() throws InterruptedException {
      var first = told.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
      if (first == null) {
        throw new AssertionError("nothing came within " + LIMIT);
      }
      return first;
    }

    void stop() {
      if (call != null) {
        call.cancel("heard enough", null);
      }
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<WatchCommandsRequest> opening) {
      call = opening;
    }

    @Override
    public void onNext(WatchCommandsResponse message) {
      told.add(message);
    }

    @Override
    public void onError(Throwable failure) {
      told.add(failure);
    }

    @Override
    public void onCompleted() {
      told.add("completed");
    }
  }
}
