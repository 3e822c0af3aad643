package dev.harrier.conformance;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Kills admin, the propeller, or both, while workflows run through the real client. The verdict
 * comes from the tasks' own ledger and from the API.
 */
@Tag("slow")
@Tag("python")
@Tag("split")
final class SplitCampaignTest {
  private static final int CYCLES = Campaign.cycles(12);
  private static final int IN_FLIGHT = 4;

  private final Campaign campaign =
      Campaign.begin(folder -> Harrier.startSplit(folder, Campaign.QUICK_TO_START));
  private final Harrier harrier = campaign.harrier();

  @AfterEach
  void close() {
    campaign.close();
  }

  /** Whom a kill hits. */
  private enum Victim {
    ADMIN,
    PROPELLER,
    BOTH
  }

  @Test
  void no_attempt_is_lost_or_doubled_when_admin_or_the_propeller_is_killed() {
    try (var client = campaign.client("r", IN_FLIGHT)) {
      var answers = client.answers();
      for (var cycle = 0; cycle < CYCLES; cycle++) {
        campaign.awaitAnswer(client, answers);
        campaign.whileUp();
        if (cycle % 2 == 0) {
          campaign.awaitTask(client);
        }
        client.mustBeContent();
        var victim = Victim.values()[cycle % Victim.values().length];
        kill(victim);
        answers = client.answers();
        campaign.whileDown();
        restart(victim);
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

  private void kill(Victim victim) {
    if (victim != Victim.PROPELLER) {
      harrier.process().destroyForcibly();
    }
    if (victim != Victim.ADMIN) {
      harrier.propeller().process().destroyForcibly();
    }
    campaign.killed();
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
}
