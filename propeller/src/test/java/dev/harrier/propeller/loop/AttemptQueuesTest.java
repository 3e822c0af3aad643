package dev.harrier.propeller.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.spi.AttemptId;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.NodeId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class AttemptQueuesTest {
  @Test
  void what_is_done_for_one_attempt_keeps_its_order_and_failures_stop_nothing() throws Exception {
    List<Integer> done = Collections.synchronizedList(new ArrayList<>());
    var all = new CountDownLatch(200);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var queues = new AttemptQueues(threads);

      for (var number = 0; number < 200; number++) {
        var mine = number;
        queues.add(
            attempt("n0"),
            () -> {
              done.add(mine);
              all.countDown();
              if (mine % 3 == 0) {
                throw new IllegalStateException("on purpose");
              }
            });
      }
      all.await();
    }

    assertThat(done).containsExactlyElementsOf(IntStream.range(0, 200).boxed().toList());
  }

  @Test
  void one_attempt_does_not_wait_for_another() throws Exception {
    var held = new CountDownLatch(1);
    var other = new CountDownLatch(1);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var queues = new AttemptQueues(threads);
      queues.add(attempt("n0"), () -> await(held));

      queues.add(attempt("n1"), other::countDown);

      other.await();
      held.countDown();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static AttemptId attempt(String path) {
    return new AttemptId(new NodeId(new ExecutionId("p", "d", "e"), path), 0);
  }
}
