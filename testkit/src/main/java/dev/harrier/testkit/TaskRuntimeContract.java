package dev.harrier.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.spi.AttemptId;
import dev.harrier.spi.AttemptStart;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.NodeId;
import dev.harrier.spi.Observation;
import dev.harrier.spi.TaskRuntime;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every task runtime does, whatever it runs tasks on. */
public abstract class TaskRuntimeContract {
  private static final long EPOCH = 7;

  /** What a task of this contract does. */
  public enum Behaviour {
    /** Ends well with no outputs. */
    SUCCEED,
    /** Ends badly. */
    FAIL,
    /** Runs until it is killed. */
    HANG
  }

  private Observed observed = new Observed();
  private final AttemptId attempt = attempt("n0", 0);
  private TaskRuntime runtime = new FakeTaskRuntime();

  /** Opens a runtime on this test's place; opened again it finds what the one before left. */
  protected abstract TaskRuntime open();

  /** A start of such a task. Each run appends to what {@link #runs} counts. */
  protected abstract AttemptStart start(AttemptId attempt, long epoch, Behaviour behaviour);

  /** How often the attempt really ran. */
  protected abstract int runs(AttemptId attempt);

  @AfterEach
  final void closeRuntime() {
    runtime.close();
  }

  private void begin() {
    runtime = open();
    runtime.observe(observed);
  }

  protected static AttemptId attempt(String node, int number) {
    return new AttemptId(
        new NodeId(new ExecutionId("flytesnacks", "development", "f1"), node), number);
  }

  @Test
  void a_task_that_ends_well_is_observed_started_and_then_succeeded() {
    begin();

    runtime.start(start(attempt, EPOCH, Behaviour.SUCCEED));

    observed.awaitEnd(attempt);
    assertThat(observed.of(attempt))
        .hasExactlyElementsOfTypes(Observation.Started.class, Observation.Succeeded.class);
  }

  @Test
  void a_task_that_ends_badly_is_observed_failed() {
    begin();

    runtime.start(start(attempt, EPOCH, Behaviour.FAIL));

    assertThat(observed.awaitEnd(attempt)).isInstanceOf(Observation.Failed.class);
  }

  @Test
  void an_attempt_started_twice_runs_once_and_its_end_is_told_again() {
    begin();
    runtime.start(start(attempt, EPOCH, Behaviour.SUCCEED));
    observed.awaitEnd(attempt);

    runtime.start(start(attempt, EPOCH, Behaviour.SUCCEED));

    assertThat(observed.awaitEnd(attempt, 2)).isInstanceOf(Observation.Succeeded.class);
    assertThat(runs(attempt)).isEqualTo(1);
  }

  @Test
  void an_abort_before_the_start_prevents_it() {
    begin();
    runtime.abort(attempt, EPOCH, "changed our mind");
    settle();

    runtime.start(start(attempt, EPOCH, Behaviour.SUCCEED));

    settle();
    assertThat(runs(attempt)).isZero();
    assertThat(observed.of(attempt)).doesNotHaveAnyElementsOfTypes(Observation.Succeeded.class);
  }

  @Test
  void an_aborted_attempt_is_not_observed_any_more() {
    begin();
    runtime.start(start(attempt, EPOCH, Behaviour.HANG));
    observed.await(attempt, Observation.Started.class);

    runtime.abort(attempt, EPOCH, "changed our mind");

    settle();
    assertThat(observed.of(attempt)).hasExactlyElementsOfTypes(Observation.Started.class);
  }

  @Test
  void an_attempt_that_was_never_started_is_lost_and_never_runs() {
    begin();

    runtime.reconcile(List.of(attempt));

    assertThat(observed.awaitEnd(attempt)).isInstanceOf(Observation.Lost.class);
    runtime.start(start(attempt, EPOCH, Behaviour.SUCCEED));
    assertThat(observed.awaitEnd(attempt, 2)).isInstanceOf(Observation.Lost.class);
    assertThat(runs(attempt)).isZero();
  }

  @Test
  void an_end_is_told_again_until_it_is_acknowledged() {
    begin();
    runtime.start(start(attempt, EPOCH, Behaviour.SUCCEED));
    var end = observed.awaitEnd(attempt);

    runtime.reconcile(List.of(attempt));

    assertThat(observed.awaitEnd(attempt, 2)).isEqualTo(end);
  }

  @Test
  void a_running_attempt_outlives_its_runtime() {
    begin();
    runtime.start(start(attempt, EPOCH, Behaviour.HANG));
    observed.await(attempt, Observation.Started.class);
    runtime.close();
    observed = new Observed();
    begin();

    runtime.reconcile(List.of(attempt));

    observed.await(attempt, Observation.Started.class);
    // Started is told before the task's first step, so it may still count none.
    assertThat(runs(attempt)).isLessThanOrEqualTo(1);
    runtime.abort(attempt, EPOCH, "the test is over");
    settle();
  }

  @Test
  void a_later_runtime_tells_the_end_of_what_it_did_not_start() {
    begin();
    runtime.start(start(attempt, EPOCH, Behaviour.SUCCEED));
    observed.awaitEnd(attempt);
    runtime.close();
    observed = new Observed();
    begin();

    runtime.start(start(attempt, EPOCH + 1, Behaviour.SUCCEED));

    assertThat(observed.awaitEnd(attempt)).isInstanceOf(Observation.Succeeded.class);
    assertThat(runs(attempt)).isEqualTo(1);
  }

  @Test
  void an_older_epoch_than_one_seen_is_refused() {
    begin();
    runtime.start(start(attempt, EPOCH, Behaviour.HANG));
    observed.await(attempt, Observation.Started.class);

    runtime.abort(attempt, EPOCH - 1, "a server that lost its lease");

    settle();
    runtime.reconcile(List.of(attempt));
    settle();
    assertThat(observed.of(attempt)).hasOnlyElementsOfType(Observation.Started.class);
    runtime.abort(attempt, EPOCH, "the test is over");
    settle();
  }

  @Test
  void an_unknown_attempt_may_be_acknowledged_and_aborted() {
    begin();

    runtime.acknowledge(attempt);
    runtime.abort(attempt("n1", 3), EPOCH, "nobody knows it");

    settle();
    assertThat(observed.of(attempt)).isEmpty();
  }

  @Test
  void a_start_that_comes_after_abort_and_acknowledgement_runs_nothing() {
    begin();
    runtime.abort(attempt, EPOCH, "changed our mind");
    runtime.acknowledge(attempt);

    runtime.start(start(attempt, EPOCH, Behaviour.SUCCEED));

    settle();
    assertThat(runs(attempt)).isZero();
    assertThat(observed.of(attempt))
        .doesNotHaveAnyElementsOfTypes(Observation.Started.class, Observation.Succeeded.class);
  }

  @Test
  void a_waiting_start_that_is_aborted_and_acknowledged_at_once_runs_nothing_later() {
    begin();
    runtime.start(start(attempt, EPOCH, Behaviour.HANG));
    runtime.abort(attempt, EPOCH, "changed our mind");
    runtime.acknowledge(attempt);
    settle();
    int before = runs(attempt);

    runtime.start(start(attempt, EPOCH, Behaviour.SUCCEED));

    settle();
    assertThat(runs(attempt)).isEqualTo(before).isLessThanOrEqualTo(1);
    assertThat(observed.of(attempt)).doesNotHaveAnyElementsOfTypes(Observation.Succeeded.class);
  }

  @Test
  void a_start_that_comes_after_success_and_acknowledgement_does_not_run_again() {
    begin();
    runtime.start(start(attempt, EPOCH, Behaviour.SUCCEED));
    observed.awaitEnd(attempt);
    runtime.acknowledge(attempt);
    runtime.close();
    observed = new Observed();
    begin();

    runtime.start(start(attempt, EPOCH + 1, Behaviour.SUCCEED));

    settle();
    assertThat(runs(attempt)).isEqualTo(1);
    assertThat(observed.of(attempt))
        .doesNotHaveAnyElementsOfTypes(Observation.Started.class, Observation.Succeeded.class);
  }

  /** Lets another attempt go all the way, so that what was asked before has had its effect. */
  private void settle() {
    var other = attempt("barrier" + System.nanoTime(), 0);
    runtime.start(start(other, EPOCH, Behaviour.SUCCEED));
    observed.awaitEnd(other);
    runtime.acknowledge(other);
  }
}
