package dev.harrier.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What campaigns of kills have in common: a server with the campaign's workflow, the ledger of its
 * tasks, the moments of the kills, and chance that comes again with the same seed.
 *
 * <p>The system properties {@code harrier.campaign.cycles} and {@code harrier.campaign.seed} make
 * one longer and repeat it.
 */
final class Campaign implements AutoCloseable {
  static final String VERSION = "campaign";

  /**
   * Most of the time goes into starts, and compiling code that is soon killed pays back nothing.
   */
  static final List<String> QUICK_TO_START =
      List.of("env", "JDK_JAVA_OPTIONS=-XX:+UseSerialGC -XX:TieredStopAtLevel=1");

  private static final String PROJECT = "flytesnacks";
  private static final String DOMAIN = "development";
  private static final Duration UP_MAX = Duration.ofSeconds(2);
  private static final Duration DOWN_MAX = Duration.ofMillis(300);
  private static final Duration CONTACT_LIMIT = Duration.ofMinutes(2);
  private static final Duration TASK_LIMIT = Duration.ofSeconds(60);

  private final long seed = Long.getLong("harrier.campaign.seed", new Random().nextLong());
  private final Random random = new Random(seed);
  private final Ledger ledger = Ledger.open();
  private final List<Long> kills = new ArrayList<>();
  private final Path folder;
  private final Harrier harrier;
  private boolean passed;

  private Campaign(Path folder, Harrier harrier) {
    this.folder = folder;
    this.harrier = harrier;
  }

  /** Starts a server in a folder, and registers the workflow. */
  static Campaign begin(Function<Path, Harrier> start) {
    try {
      var folder = Files.createTempDirectory("hk");
      var campaign = new Campaign(folder, start.apply(folder));
      try {
        campaign.register();
      } catch (AssertionError e) {
        campaign.close();
        throw e;
      }
      return campaign;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many kills a test is to do unless told otherwise. */
  static int cycles(int usual) {
    return Integer.getInteger("harrier.campaign.cycles", usual);
  }

  private void register() {
    new Clients(harrier)
        .register(folder, PROJECT, DOMAIN, VERSION, Places.workflows().resolve("campaign.py"))
        .succeeded();
  }

  Harrier harrier() {
    return harrier;
  }

  Random random() {
    return random;
  }

  /**
   * A client that keeps executions in flight.
   *
   * @param prefix of their names
   */
  CampaignClient client(String prefix, int inFlight) {
    return CampaignClient.start(harrier, ledger, prefix, inFlight);
  }

  /** Waits a while, in which whatever is to be killed is up. */
  void whileUp() {
    pause(UP_MAX);
  }

  /** Waits a while, in which it is down. */
  void whileDown() {
    pause(DOWN_MAX);
  }

  private void pause(Duration max) {
    LockSupport.parkNanos(random.nextLong(max.toNanos()));
  }

  /** Notes that something was killed just now. */
  void killed() {
    kills.add(System.nanoTime());
  }

  /** Waits until the client has got more answers than before. */
  void awaitAnswer(CampaignClient client, int before) {
    await(client, "the client to find the server again", CONTACT_LIMIT, c -> c.answers() > before);
  }

  /** Waits until more executions have ended than before. */
  void awaitEnd(CampaignClient client, int before) {
    await(client, "an execution to end after a kill", TASK_LIMIT, c -> c.ended() > before);
  }

  /** Waits until a task is at work. */
  void awaitTask(CampaignClient client) {
    await(client, "a running task", TASK_LIMIT, c -> ledger.somethingRuns());
  }

  private static void await(
      CampaignClient client,
      String what,
      Duration limit,
      Function<CampaignClient, Boolean> reached) {
    Patience.awaitTrue(
        what,
        limit,
        () -> {
          var done = reached.apply(client);
          if (!done) {
            client.mustBeContent();
          }
          return done;
        });
  }

  /** Waits for something of the server's, such as a process. */
  <T> T await(String what, Supplier<Optional<T>> ask) {
    return Patience.await(what, TASK_LIMIT, ask);
  }

  Executions executions() {
    return new Executions(harrier.api(), PROJECT, DOMAIN, VERSION);
  }

  Verdict verdict() {
    return new Verdict("seed " + seed + ", folder " + folder, ledger.lines());
  }

  /** When things were killed, on this process' clock. */
  List<Long> kills() {
    return List.copyOf(kills);
  }

  /** Says that nothing of it is to be looked at any more. */
  void passed() {
    passed = true;
  }

  @Override
  public void close() {
    ledger.close();
    harrier.close();
    if (passed) {
      SharedHarrier.deleteAll(folder);
    }
  }
}
