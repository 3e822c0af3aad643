package dev.harrier.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Kills what can be killed while workflows run through the real client. The verdict comes from the
 * tasks' own ledger and from the API, never from the server's counters.
 *
 * <p>The system properties {@code harrier.campaign.cycles} and {@code harrier.campaign.seed} make
 * it longer and repeat it.
 */
@Tag("slow")
@Tag("python")
final class CampaignTest {
  static final String VERSION = "campaign";

  private static final String PROJECT = "flytesnacks";
  private static final String DOMAIN = "development";

  /**
   * Most of the time goes into starts, and compiling code that is soon killed pays back nothing.
   */
  private static final List<String> QUICK_TO_START =
      List.of("env", "JDK_JAVA_OPTIONS=-XX:+UseSerialGC -XX:TieredStopAtLevel=1");

  private static final int CYCLES = Integer.getInteger("harrier.campaign.cycles", 25);
  private static final int POSTGRES_KILLS = Math.max(3, CYCLES / 8);
  private static final int WORKER_KILLS = Math.max(6, CYCLES / 4);
  private static final int IN_FLIGHT = 5;
  private static final Duration UP_MAX = Duration.ofSeconds(2);
  private static final Duration DOWN_MAX = Duration.ofMillis(300);
  private static final Duration WORKER_LIMIT = Duration.ofSeconds(60);
  private static final Duration CONTACT_LIMIT = Duration.ofMinutes(2);

  private final long seed = Long.getLong("harrier.campaign.seed", new Random().nextLong());
  private final Random random = new Random(seed);
  private final Ledger ledger = Ledger.open();
  private final Path folder;
  private final Harrier harrier;
  private final List<Long> kills = new ArrayList<>();
  private boolean passed;

  CampaignTest() throws IOException {
    folder = Files.createTempDirectory("hk");
    harrier = Harrier.startWithin(folder, QUICK_TO_START);
  }

  @BeforeEach
  void register() {
    new Clients(harrier)
        .pyflyte(
            folder,
            "register",
            "--project",
            PROJECT,
            "--domain",
            DOMAIN,
            "--version",
            VERSION,
            Places.workflows().resolve("campaign.py").toString())
        .succeeded();
  }

  @AfterEach
  void close() {
    ledger.close();
    harrier.close();
    if (passed) {
      SharedHarrier.deleteAll(folder);
    }
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
    try (var client = CampaignClient.start(harrier, ledger, "s", IN_FLIGHT)) {
      var answers = client.answers();
      for (var moment : moments()) {
        if (moment != Moment.AT_ONCE) {
          awaitAnswer(client, answers);
        }
        pause(UP_MAX);
        if (moment == Moment.AMID_A_TASK) {
          awaitTask(client);
        }
        client.mustBeContent();
        harrier.process().destroyForcibly();
        kills.add(System.nanoTime());
        harrier.kill();
        answers = client.answers();
        pause(DOWN_MAX);
        harrier.restart();
      }

      var told = client.finish();

      verdict()
          .allRight(told)
          .eachAttemptOnce()
          .noAttemptWasLost(told, run())
          .someAttemptLivedThrough(kills)
          .throwIfAny();
      passed = true;
    }
  }

  @Test
  void executions_go_on_when_postgres_is_killed() {
    try (var client = CampaignClient.start(harrier, ledger, "p", IN_FLIGHT)) {
      for (int kill = 1; kill <= POSTGRES_KILLS; kill++) {
        var before = client.ended();
        pause(UP_MAX);
        // Looked up before, since the task would not wait for that.
        var postgres = Patience.await("PostgreSQL", WORKER_LIMIT, harrier::postgres);
        awaitTask(client);
        postgres.destroyForcibly();
        kills.add(System.nanoTime());
        Patience.awaitTrue(
            "an execution to end after PostgreSQL was killed",
            WORKER_LIMIT,
            () -> client.ended() > before || gaveUp(client));
      }

      var told = client.finish();

      verdict()
          .allRight(told)
          .eachAttemptOnce()
          .noAttemptWasLost(told, run())
          .someAttemptLivedThrough(kills)
          .throwIfAny();
      assertThat(harrier.alive()).isTrue();
      passed = true;
    }
  }

  @Test
  void a_killed_worker_is_replaced_by_another_attempt() {
    try (var client = CampaignClient.start(harrier, ledger, "w", IN_FLIGHT)) {
      for (int kill = 1; kill <= WORKER_KILLS; kill++) {
        var before = client.ended();
        pause(UP_MAX);
        // Each third time the parent, and with it all workers. A parent lives long, so that it can
        // be looked up before; a worker lives as long as its task.
        if (kill % 3 == 0) {
          var parent = Patience.await("a parent", WORKER_LIMIT, () -> one(workers().parents()));
          awaitTask(client);
          parent.destroyForcibly();
        } else {
          awaitTask(client);
          Patience.await("a worker", WORKER_LIMIT, () -> one(workers().leaves())).destroyForcibly();
        }
        Patience.awaitTrue(
            "an execution to end after a worker was killed",
            WORKER_LIMIT,
            () -> client.ended() > before || gaveUp(client));
      }

      var told = client.finish();

      verdict().allRight(told).eachAttemptOnce().someAttemptWasReplaced().throwIfAny();
      passed = true;
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
      Collections.shuffle(four, random);
      all.addAll(four);
    }
    return all.subList(0, CYCLES);
  }

  private static void awaitAnswer(CampaignClient client, int answers) {
    Patience.awaitTrue(
        "the client to find the server again",
        CONTACT_LIMIT,
        () -> client.answers() > answers || gaveUp(client));
  }

  private void awaitTask(CampaignClient client) {
    Patience.awaitTrue(
        "a running task", WORKER_LIMIT, () -> ledger.somethingRuns() || gaveUp(client));
  }

  private static boolean gaveUp(CampaignClient client) {
    client.mustBeContent();
    return false;
  }

  private Workers workers() {
    return Workers.of(harrier.home());
  }

  private Optional<ProcessHandle> one(List<ProcessHandle> candidates) {
    return candidates.isEmpty()
        ? Optional.empty()
        : Optional.of(candidates.get(random.nextInt(candidates.size())));
  }

  private Verdict verdict() {
    return new Verdict("seed " + seed + ", home " + harrier.home(), ledger.lines());
  }

  private Executions run() {
    return new Executions(harrier.api(), PROJECT, DOMAIN, VERSION);
  }

  private void pause(Duration max) {
    LockSupport.parkNanos(random.nextLong(max.toNanos()));
  }
}
