package dev.harrier.testkit;

import static dev.harrier.testkit.SampleRows.NOW;
import static dev.harrier.testkit.SampleRows.attempt;
import static dev.harrier.testkit.SampleRows.execution;
import static dev.harrier.testkit.SampleRows.node;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.harrier.spi.AttemptPhase;
import dev.harrier.spi.AttemptRow;
import dev.harrier.spi.Batch;
import dev.harrier.spi.Command;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.ExecutionPhase;
import dev.harrier.spi.Failure;
import dev.harrier.spi.HeldPage;
import dev.harrier.spi.Journal;
import dev.harrier.spi.NodeKind;
import dev.harrier.spi.NodePhase;
import dev.harrier.spi.NodeRow;
import dev.harrier.spi.PendingCommand;
import dev.harrier.spi.PoisonedBatchException;
import dev.harrier.spi.TimerRow;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What every {@link Journal} does, whatever keeps its rows. */
public abstract class JournalContract extends LeasesContract {
  /** Longer than any way that a command may take to another process. */
  private static final Duration HEARD_MAX = Duration.ofSeconds(10);

  @Test
  protected void a_created_execution_waits_with_its_first_command() {
    var ref = create(fresh());

    var commands = journal().commands(List.of(ref.shard()), 10);

    assertThat(commands)
        .filteredOn(command -> command.ref().equals(ref))
        .extracting(PendingCommand::command)
        .containsExactly(new Command.Create());
    assertThat(journal().load(List.of(ref.id())))
        .singleElement()
        .satisfies(
            record -> {
              assertThat(record.ref()).isEqualTo(ref);
              assertThat(record.row().phase()).isEqualTo(ExecutionPhase.QUEUED);
              assertThat(record.row().revision()).isZero();
              assertThat(record.nodes()).isEmpty();
            });
  }

  @Test
  protected void an_execution_that_is_not_there_is_missing_from_the_answer() {
    assertThat(journal().load(List.of(fresh()))).isEmpty();
  }

  @Test
  protected void a_commit_writes_all_and_consumes_its_command() {
    var ref = create(fresh());
    var command = command(ref);
    var lease = lease(ref);
    var node = node("n0", NodePhase.QUEUED, 1);
    var attempt = attempt("n0", 0, AttemptPhase.QUEUED, 1);
    var timer = new TimerRow("n0", TimerRow.Kind.ATTEMPT_TIMEOUT, 0, NOW.plus(1, ChronoUnit.HOURS));
    var change =
        new Change(ref)
            .execution(execution(ExecutionPhase.RUNNING, 1))
            .insert(node)
            .insert(attempt)
            .set(timer)
            .consume(command.id());

    var lost = journal().commit(batch(lease, change.build()));

    assertThat(lost).isEmpty();
    var record = journal().load(List.of(ref.id())).getFirst();
    assertThat(record.row()).isEqualTo(execution(ExecutionPhase.RUNNING, 1));
    assertThat(record.nodes()).containsExactly(node);
    assertThat(record.attempts()).containsExactly(attempt);
    assertThat(record.timers()).containsExactly(timer);
    assertThat(journal().commands(List.of(ref.shard()), 1_000))
        .extracting(PendingCommand::id)
        .doesNotContain(command.id());
    assertThat(journal().timers(List.of(ref.shard()), timer.dueAt(), 10_000))
        .anyMatch(due -> due.ref().equals(ref) && due.timer().equals(timer));
    assertThat(journal().timers(List.of(ref.shard()), timer.dueAt().minusMillis(1), 10_000))
        .noneMatch(due -> due.ref().equals(ref));
    assertThat(journal().held(ref.shard()))
        .anyMatch(held -> held.ref().equals(ref) && held.attempt().equals(attempt));
  }

  @Test
  protected void an_update_of_the_revision_seen_is_written_whole() {
    var ref = create(fresh());
    var lease = begun(ref);
    var failure =
        new Failure("USER:Code", "line 1\nline 2 with ünïcode 🦅", Failure.Kind.USER, true);
    var child = new ExecutionId("other", "domain", "child");
    var updated =
        new NodeRow(
            "n0",
            "",
            "n0",
            NodeKind.TASK,
            0,
            NodePhase.FAILED,
            1,
            NOW,
            Optional.of(NOW),
            Optional.of(NOW.plusSeconds(1)),
            NOW.plusSeconds(1),
            Values.of("x", "in"),
            Optional.of(Values.of("o", "out")),
            Optional.of(failure),
            Optional.of(child),
            ByteString.copyFromUtf8("state"),
            2);
    var attempt =
        new AttemptRow(
            "n0",
            0,
            AttemptPhase.FAILED,
            NOW,
            Optional.of(NOW),
            Optional.of(NOW.plusSeconds(1)),
            NOW.plusSeconds(1),
            "host",
            "log",
            Optional.of(failure),
            false,
            2);

    journal().commit(batch(lease, new Change(ref).update(updated).update(attempt).build()));

    var record = journal().load(List.of(ref.id())).getFirst();
    assertThat(record.nodes()).containsExactly(updated);
    assertThat(record.attempts()).containsExactly(attempt);
  }

  @Test
  protected void an_update_of_another_revision_is_refused_and_leaves_nothing() {
    var ref = create(fresh());
    var lease = begun(ref);
    var before = journal().load(List.of(ref.id()));
    var change =
        new Change(ref)
            .insert(node("n1", NodePhase.QUEUED, 1))
            .update(node("n0", NodePhase.RUNNING, 3));

    assertThatThrownBy(() -> journal().commit(batch(lease, change.build())))
        .isInstanceOf(PoisonedBatchException.class);

    assertThat(journal().load(List.of(ref.id()))).isEqualTo(before);
    assertThat(journal().commit(batch(lease, new Change(ref).build())))
        .as("the fence was not raised")
        .isEmpty();
  }

  @Test
  protected void a_node_inserted_twice_is_refused() {
    var ref = create(fresh());
    var lease = begun(ref);
    var change = new Change(ref).insert(node("n0", NodePhase.QUEUED, 1)).build();

    assertThatThrownBy(() -> journal().commit(batch(lease, change)))
        .isInstanceOf(PoisonedBatchException.class);
  }

  @Test
  protected void what_is_released_is_held_no_more_and_may_be_released_again() {
    var ref = create(fresh());
    var lease = begun(ref);
    journal()
        .commit(
            batch(
                lease,
                new Change(ref).update(attempt("n0", 0, AttemptPhase.SUCCEEDED, 2)).build()));
    var change = new Change(ref).release("n0", 0).build();

    journal().commit(batch(lease, change));
    journal().commit(batch(lease, change));

    assertThat(journal().held(ref.shard())).noneMatch(held -> held.ref().equals(ref));
    assertThat(journal().load(List.of(ref.id())).getFirst().attempts())
        .singleElement()
        .matches(AttemptRow::released);
  }

  @Test
  protected void held_attempts_come_in_pages_each_of_them_once() {
    var ref = create(fresh());
    var lease = begun(ref);
    var change = new Change(ref);
    for (var path : List.of("n1", "n2", "N3", "n1-0")) {
      change.insert(node(path, NodePhase.QUEUED, 1));
      change.insert(attempt(path, 0, AttemptPhase.QUEUED, 1));
      change.insert(attempt(path, 1, AttemptPhase.QUEUED, 1));
    }
    journal().commit(batch(lease, change.build()));

    var pages = new ArrayList<HeldPage>();
    var after = Optional.<HeldPage.After>empty();
    do {
      pages.add(journal().held(ref.shard(), after, 2));
      after = pages.getLast().next();
    } while (after.isPresent());

    assertThat(pages).allMatch(page -> page.attempts().size() <= 2);
    assertThat(pages.stream().flatMap(page -> page.attempts().stream()))
        .isEqualTo(journal().held(ref.shard()))
        .doesNotHaveDuplicates()
        .filteredOn(held -> held.ref().equals(ref))
        .hasSize(9);
  }

  @Test
  protected void a_cleared_timer_is_gone_and_a_set_one_replaces_the_old() {
    var ref = create(fresh());
    var lease = begun(ref);
    var first = new TimerRow("n0", TimerRow.Kind.RETRY, 0, NOW);
    var second = new TimerRow("n0", TimerRow.Kind.RETRY, 1, NOW.plusSeconds(5));
    journal().commit(batch(lease, new Change(ref).set(first).build()));

    journal().commit(batch(lease, new Change(ref).set(second).build()));

    assertThat(journal().load(List.of(ref.id())).getFirst().timers()).containsExactly(second);
    journal().commit(batch(lease, new Change(ref).clear(second).build()));
    assertThat(journal().load(List.of(ref.id())).getFirst().timers()).isEmpty();
  }

  @Test
  protected void a_phase_that_may_not_follow_is_refused_and_leaves_nothing() {
    var ref = create(fresh());
    var lease = begun(ref);
    var running = new Change(ref).update(attempt("n0", 0, AttemptPhase.RUNNING, 2)).build();
    journal().commit(batch(lease, running));

    var back = new Change(ref).update(attempt("n0", 0, AttemptPhase.QUEUED, 3)).build();

    assertThatThrownBy(() -> journal().commit(batch(lease, back)))
        .isInstanceOf(PoisonedBatchException.class);
    assertThat(journal().load(List.of(ref.id())).getFirst().attempts())
        .extracting(AttemptRow::phase)
        .containsExactly(AttemptPhase.RUNNING);
  }

  @Test
  protected void a_batch_is_known_by_its_id_after_its_answer_was_lost() {
    var lost = create(fresh());
    var kept = createOnAnotherShard(lost);
    var stale = stale(lost);
    var valid = lease(kept);
    var batch =
        new Batch(
            UUID.randomUUID(),
            List.of(
                new Batch.Part(stale, List.of(new Change(lost).build())),
                new Batch.Part(valid, List.of(new Change(kept).build()))));

    journal().commit(batch);

    assertThat(journal().outcome(batch.id())).contains(Set.of(kept.shard()));
    assertThat(journal().outcome(batch.id())).contains(Set.of(kept.shard()));
  }

  @Test
  protected void a_batch_that_was_not_there_when_it_was_asked_for_never_comes() {
    var ref = create(fresh());
    var lease = lease(ref);
    var late = batch(lease, new Change(ref).insert(node("n0", NodePhase.QUEUED, 1)).build());

    assertThat(journal().outcome(late.id())).isEmpty();

    assertThatThrownBy(() -> journal().commit(late)).isInstanceOf(PoisonedBatchException.class);
    assertThat(journal().load(List.of(ref.id())).getFirst().nodes()).isEmpty();
    assertThat(journal().outcome(late.id())).isEmpty();
  }

  @Test
  protected void a_posted_command_arrives_at_its_execution_and_one_for_nobody_is_dropped() {
    var ref = create(fresh());
    var other = create(fresh());
    adopt(ref, "n0", other);
    var command =
        new Command.ChildEnded(
            "n0",
            other.id(),
            ExecutionPhase.FAILED,
            Values.of("o", "1"),
            Optional.of(Failure.user("Code", "why")));
    var change = new Change(other).post(ref.id(), command).post(fresh(), command).build();

    journal().commit(batch(lease(other), change));

    assertThat(journal().commands(List.of(ref.shard()), 10_000))
        .filteredOn(pending -> pending.ref().equals(ref))
        .extracting(PendingCommand::command)
        .contains(command);
  }

  @Test
  protected void commands_are_handed_over_after_their_commit() throws InterruptedException {
    var heard = new LinkedBlockingQueue<PendingCommand>();
    try (var subscription = journal().subscribe(heard::add)) {
      var ref = create(fresh());
      post(ref.id(), new Command.Abort("why", "who"));
      journal()
          .commit(
              batch(lease(ref), new Change(ref).post(ref.id(), new Command.Continue()).build()));

      assertThat(take(heard, 3))
          .filteredOn(pending -> pending.ref().equals(ref))
          .extracting(PendingCommand::command)
          .containsExactly(
              new Command.Create(), new Command.Abort("why", "who"), new Command.Continue());
      assertThat(subscription).isNotNull();
    }
    var after = create(fresh());
    assertThat(heard).noneMatch(pending -> pending.ref().equals(after));
  }

  /** So many as were handed over, in their order; fewer if they take longer than anybody waits. */
  private static <T> List<T> take(BlockingQueue<T> queue, int count) throws InterruptedException {
    var taken = new ArrayList<T>();
    while (taken.size() < count) {
      var next = queue.poll(HEARD_MAX.toMillis(), TimeUnit.MILLISECONDS);
      if (next == null) {
        break;
      }
      taken.add(next);
    }
    return taken;
  }
}
