package dev.harrier.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Kills admin, the propeller, or both, while workflows run through the real client. The verdict
 * comes from the tasks' own ledger and from the API.
 *
 * <p>The system properties {@code harrier.campaign.cycles} and {@code harrier.campaign.seed} make
 * it longer and repeat it.
 */
@Tag("slow")
@Tag("python")
@Tag("split")
final class SplitCampaignTest {
  private static final String PROJECT = "flytesnacks";
  private static final String DOMAIN = "development";
  private static final List<String> QUICK_TO_START =
      List.of("env", "JDK_JAVA_OPTIONS=-XX:+UseSerialGC -XX:TieredStopAtLevel=1");

  private static final int CYCLES = Integer.getInteger("harrier.campaign.cycles", 12);
  private static final int IN_FLIGHT = 4;
  private static final Duration UP_MAX = Duration.ofSeconds(2);
  private static final Duration DOWN_MAX = Duration.ofMillis(300);
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final long seed = Long.getLong("harrier.campaign.seed", new Random().nextLong());
  private final Random random = new Random(seed);
  private final Ledger ledger = Ledger.open();
  private final Path folder;
  private final Harrier harrier;
  private final List<Long> kills = new ArrayList<>();
  private boolean passed;

  SplitCampaignTest() throws IOException {
    folder = Files.createTempDirectory("hs");
    harrier = Harrier.startSplit(folder, QUICK_TO_START);
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
            CampaignTest.VERSION,
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

  /** Whom a kill hits. */
  private enum Victim {
    ADMIN,
    PROPELLER,
    BOTH
  }

  @Test
  void no_attempt_is_lost_or_doubled_when_admin_or_the_propeller_is_killed() {
    try (var client = CampaignClient.start(harrier, ledger, "r", IN_FLIGHT)) {
      var answers = client.answers();
      for (var cycle = 0; cycle < CYCLES; cycle++) {
        awaitAnswer(client, answers);
        pause(UP_MAX);
        if (cycle % 2 == 0) {
          awaitTask(client);
        }
        client.mustBeContent();
        var victim = Victim.values()[cycle % Victim.values().length];
        kill(victim);
        answers = client.answers();
        pause(DOWN_MAX);
        restart(victim);
      }

      var told = client.finish();

      new Verdict("seed " + seed + ", folder " + folder, ledger.lines())
          .allRight(told)
          .eachAttemptOnce()
          .noAttemptWasLost(
              told, new Executions(harrier.api(), PROJECT, DOMAIN, CampaignTest.VERSION))
          .someAttemptLivedThrough(kills)
          .throwIfAny();
      passed = true;
    }
  }

  private void kill(Victim victim) {
    if (victim != Victim.PROPELLER) {
      harrier.process().destroyForcibly();
    }
    if (victim != Victim.ADMIN) {
      harrier.propeller().process().destroyForcibly();
    }
    kills.add(System.nanoTime());
    if (victim != Victim.PROPELLER) {
      harrier.kill();
    }
    if (victim != Victim.ADMIN) {
      harrier.propeller().kill();
    }
  }

  private void restart(Victim victim) {
    if (victim != Victim.ADMIN) {
      harrier.propeller().start();
    }
    if (victim != Victim.PROPELLER) {
      harrier.restart();
    }
  }

  private static void awaitAnswer(CampaignClient client, int answers) {
    Patience.awaitTrue(
        "the client to find admin again",
        LIMIT,
        () -> client.answers() > answers || gaveUp(client));
  }

  private void awaitTask(CampaignClient client) {
    Patience.awaitTrue("a running task", LIMIT, () -> ledger.somethingRuns() || gaveUp(client));
  }

  private static boolean gaveUp(CampaignClient client) {
    client.mustBeContent();
    return false;
  }

  private void pause(Duration max) {
    LockSupport.parkNanos(random.nextLong(max.toNanos()));
  }
}
