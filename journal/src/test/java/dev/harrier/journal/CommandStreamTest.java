package dev.harrier.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.idl.journal.v1.WatchCommandsResponse;
import dev.harrier.security.Caller;
import dev.harrier.security.policy.PolicyAccess;
import dev.harrier.security.policy.PolicyIndex;
import dev.harrier.security.policy.PolicyReader;
import dev.harrier.spi.Command;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.ExecutionRef;
import dev.harrier.spi.PendingCommand;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.StoreUnavailableException;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class CommandStreamTest {
  private static final String ISSUER = "http://admin.test";
  private static final String PROPELLER = "sa:one";
  private static final String POLICY =
      """
      apiVersion: authz/v1
      bindings:
        - {name: propellers, subjects: ["sa:one"], role: propeller, scope: {project: "*"}}
      """;
  private static final int OWN = 7;
  private static final int OTHERS = 8;

  private final AtomicLong nanos = new AtomicLong();
  private final AtomicBoolean disabled = new AtomicBoolean();
  private final AtomicInteger looks = new AtomicInteger();
  private final Answer answer = new Answer();
  private final AtomicBoolean unsubscribed = new AtomicBoolean();

  @Test
  void one_look_answers_for_own_shards_and_for_others() throws Exception {
    var stream = begin(prefix -> Set.of(OWN));

    for (var number = 0; number < 100; number++) {
      stream.offer(command(OTHERS));
    }
    stream.offer(command(OWN));

    assertThat(answer.next().getCommandsList()).hasSize(1);
    assertThat(looks).hasValue(1);
  }

  @Test
  void who_brings_a_command_waits_for_no_look() throws Exception {
    var go = new CountDownLatch(1);
    var stream =
        begin(
            prefix -> {
              await(go);
              return Set.of(OWN);
            });

    stream.offer(command(OWN));
    stream.offer(command(OWN));
    go.countDown();

    assertThat(answer.next().getCommandsCount()).isPositive();
  }

  @Test
  void who_brings_a_command_hears_of_no_failure_and_the_stream_ends() throws Exception {
    var stream =
        begin(
            prefix -> {
              throw new StoreUnavailableException("away", new IllegalStateException());
            });

    stream.offer(command(OWN));

    assertThat(answer.failure()).isInstanceOf(StoreUnavailableException.class);
    stream.offer(command(OWN));
  }

  @Test
  void a_propeller_that_was_disabled_hears_nothing_more() throws Exception {
    var stream = begin(prefix -> Set.of(OWN));
    stream.offer(command(OWN));
    assertThat(answer.next().getCommandsCount()).isEqualTo(1);

    disabled.set(true);
    stream.offer(command(OWN));

    assertThat(answer.failure())
        .isInstanceOf(RejectedException.class)
        .hasMessageContaining("disabled");
    assertThat(answer.messages).isEmpty();
  }

  @Test
  void a_stream_ends_with_its_call() throws Exception {
    begin(prefix -> Set.of(OWN));

    answer.cancel();

    while (!unsubscribed.get()) {
      Thread.sleep(1);
    }
    assertThat(answer.failures).isEmpty();
  }

  private CommandStream begin(Function<String, Set<Integer>> held) throws Exception {
    var access =
        new PolicyAccess(ISSUER, subject -> false, () -> PolicyIndex.of(PolicyReader.read(POLICY)));
    var propellers =
        new Propellers(
            access,
            subject -> disabled.get(),
            prefix -> {
              looks.incrementAndGet();
              return held.apply(prefix);
            },
            nanos::get);
    var calling = Caller.of(ISSUER, PROPELLER).bound().call(propellers::calling);
    var stream = new CommandStream(answer, calling);
    stream.begin(() -> unsubscribed.set(true));
    assertThat(answer.next().getCommandsCount()).isZero();
    return stream;
  }

  private static PendingCommand command(int shard) {
    return new PendingCommand(
        1, new ExecutionRef(new ExecutionId("p", "d", "n"), 1, shard), new Command.Create());
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** A propeller that takes whatever it is told. */
  private static final class Answer extends ServerCallStreamObserver<WatchCommandsResponse> {
    private final BlockingQueue<WatchCommandsResponse> messages = new LinkedBlockingQueue<>();
    private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
    private volatile Runnable onCancel = () -> {};
    private volatile boolean cancelled;

    WatchCommandsResponse next() throws InterruptedException {
      var message = messages.poll(10, TimeUnit.SECONDS);
      assertThat(message).isNotNull();
      return message;
    }

    Throwable failure() throws InterruptedException {
      var failure = failures.poll(10, TimeUnit.SECONDS);
      assertThat(failure).isNotNull();
      return failure;
    }

    void cancel() {
      cancelled = true;
      onCancel.run();
    }

    @Override
    public void onNext(WatchCommandsResponse message) {
      messages.add(message);
    }

    @Override
    public void onError(Throwable failure) {
      failures.add(failure);
    }

    @Override
    public void onCompleted() {}

    @Override
    public boolean isCancelled() {
      return cancelled;
    }

    @Override
    public void setOnCancelHandler(Runnable handler) {
      onCancel = handler;
    }

    @Override
    public void setCompression(String compression) {}

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void setOnReadyHandler(Runnable handler) {}

    @Override
    public void request(int count) {}

    @Override
    public void setMessageCompression(boolean enable) {}

    @Override
    public void disableAutoInboundFlowControl() {}
  }
}
