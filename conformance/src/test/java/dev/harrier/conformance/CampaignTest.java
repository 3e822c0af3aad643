package dev.harrier.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Kills what can be killed while workflows run through the real client. The verdict comes from the
 * tasks' own ledger and from the API, never from the server's counters.
 */
@Tag("slow")
@Tag("python")
final class CampaignTest {
  private static final int CYCLES = Campaign.cycles(25);
  private static final int POSTGRES_KILLS = Math.max(3, CYCLES / 8);
  private static final int WORKER_KILLS = Math.max(6, CYCLES / 4);
  private static final int IN_FLIGHT = 5;

  private final Campaign campaign =
      Campaign.begin(folder -> Harrier.startWithin(folder, Campaign.QUICK_TO_START));
  private final Harrier harrier = campaign.harrier();

  @AfterEach
  void close() {
    campaign.close();
  }

  /** When a kill comes. */
  private enum Moment {
    /** The server still finds its feet, and nobody may have reached it. */
    AT_ONCE,
    /** The client has reached the server that came back. */
    AFTER_CONTACT,
    /** And a task is at work. */
    AMID_A_TASK
  }

  @Test
  void no_attempt_is_lost_or_doubled_when_the_server_is_killed() {
    try (var client = campaign.client("s", IN_FLIGHT)) {
      var answers = client.answers();
      for (var moment : moments()) {
        if (moment != Moment.AT_ONCE) {
          campaign.awaitAnswer(client, answers);
        }
        campaign.whileUp();
        if (moment == Moment.AMID_A_TASK) {
          campaign.awaitTask(client);
        }
        client.mustBeContent();
        harrier.process().destroyForcibly();
        campaign.killed();
        harrier.kill();
        answers = client.answers();
        campaign.whileDown();
        harrier.restart();
      }

      var told = client.finish();

      campaign
          .verdict()
          .allRight(told)
          .eachAttemptOnce()
          .noAttemptWasLost(told, campaign.executions())
          .someAttemptLivedThrough(campaign.kills())
          .throwIfAny();
      campaign.passed();
    }
  }

  @Test
  void executions_go_on_when_postgres_is_killed() {
    try (var client = campaign.client("p", IN_FLIGHT)) {
      for (int kill = 1; kill <= POSTGRES_KILLS; kill++) {
        var before = client.ended();
        campaign.whileUp();
        // Looked up before, since the task would not wait for that.
        var postgres = campaign.await("PostgreSQL", harrier::postgres);
        campaign.awaitTask(client);
        postgres.destroyForcibly();
        campaign.killed();
        campaign.awaitEnd(client, before);
      }

      var told = client.finish();

      campaign
          .verdict()
          .allRight(told)
          .eachAttemptOnce()
          .noAttemptWasLost(told, campaign.executions())
          .someAttemptLivedThrough(campaign.kills())
          .throwIfAny();
      assertThat(harrier.alive()).isTrue();
      campaign.passed();
    }
  }

  @Test
  void a_killed_worker_is_replaced_by_another_attempt() {
    try (var client = campaign.client("w", IN_FLIGHT)) {
      for (int kill = 1; kill <= WORKER_KILLS; kill++) {
        var before = client.ended();
        campaign.whileUp();
        // Each third time the parent, and with it all workers. A parent lives long, so that it can
        // be looked up before; a worker lives as long as its task.
        if (kill % 3 == 0) {
          var parent = campaign.await("a parent", () -> one(workers().parents()));
          campaign.awaitTask(client);
          parent.destroyForcibly();
        } else {
          campaign.awaitTask(client);
          campaign.await("a worker", () -> one(workers().leaves())).destroyForcibly();
        }
        campaign.awaitEnd(client, before);
      }

      var told = client.finish();

      campaign.verdict().allRight(told).eachAttemptOnce().someAttemptWasReplaced().throwIfAny();
      campaign.passed();
    }
  }

  /**
   * Half of the kills come at once. They are dealt by fours rather than tossed, so that never more
   * than four in a row keep the client away: it gives up after some minutes, as people would.
   */
  private List<Moment> moments() {
    var all = new ArrayList<Moment>();
    while (all.size() < CYCLES) {
      var four =
          Arrays.asList(Moment.AT_ONCE, Moment.AT_ONCE, Moment.AFTER_CONTACT, Moment.AMID_A_TASK);
      Collections.shuffle(four, campaign.random());
      all.addAll(four);
    }
    return all.subList(0, CYCLES);
  }

  private Workers workers() {
    return Workers.of(harrier.home());
  }

  private Optional<ProcessHandle> one(List<ProcessHandle> candidates) {
    return candidates.isEmpty()
        ? Optional.empty()
        : Optional.of(candidates.get(campaign.random().nextInt(candidates.size())));
  }
}
