package dev.harrier.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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
  private static final int CYCLES = Integer.getInteger("harrier.campaign.cycles", 25);
  private static final int POSTGRES_KILLS = Math.max(3, CYCLES / 8);
  private static final int WORKER_KILLS = Math.max(6, CYCLES / 4);
  private static final int IN_FLIGHT = 5;
  private static final Duration UP_MAX = Duration.ofSeconds(3);
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
    harrier = Harrier.start(folder);
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

  @Test
  @Tag("open")
  void no_attempt_is_lost_or_doubled_when_the_server_is_killed() {
    try (var client = CampaignClient.start(harrier, ledger, "s", IN_FLIGHT)) {
      var contacts = -1;
      for (int cycle = 1; cycle <= CYCLES; cycle++) {
        // Half of the kills come while the server is still finding its feet.
        if (random.nextBoolean()) {
          awaitContact(client, contacts);
        }
        contacts = client.contacts();
        pause(UP_MAX);
        client.mustBeContent();
        harrier.kill();
        kills.add(System.nanoTime());
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
  @Tag("open")
  void executions_go_on_when_postgres_is_killed() {
    try (var client = CampaignClient.start(harrier, ledger, "p", IN_FLIGHT)) {
      for (int kill = 1; kill <= POSTGRES_KILLS; kill++) {
        var before = client.ended();
        pause(UP_MAX);
        client.mustBeContent();
        Patience.awaitTrue("a running task", WORKER_LIMIT, ledger::somethingRuns);
        harrier.postgres().orElseThrow().destroyForcibly();
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
  @Tag("open")
  void a_killed_worker_is_replaced_by_another_attempt() {
    try (var client = CampaignClient.start(harrier, ledger, "w", IN_FLIGHT)) {
      for (int kill = 1; kill <= WORKER_KILLS; kill++) {
        var before = client.ended();
        pause(UP_MAX);
        client.mustBeContent();
        Patience.awaitTrue("a running task", WORKER_LIMIT, ledger::somethingRuns);
        // Each third time the parent, and with it all workers.
        var parent = kill % 3 == 0;
        Patience.await("a worker", WORKER_LIMIT, () -> victim(parent)).destroyForcibly();
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

  private static void awaitContact(CampaignClient client, int contacts) {
    Patience.awaitTrue(
        "the client to find the server again",
        CONTACT_LIMIT,
        () -> client.contacts() > contacts || gaveUp(client));
  }

  private static boolean gaveUp(CampaignClient client) {
    client.mustBeContent();
    return false;
  }

  private Optional<ProcessHandle> victim(boolean parent) {
    var workers = Workers.of(harrier.home());
    var candidates = parent ? workers.parents() : workers.leaves();
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
