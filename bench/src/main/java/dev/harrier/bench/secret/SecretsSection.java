package dev.harrier.bench.secret;

import static java.util.Objects.requireNonNull;

import dev.harrier.bench.measure.Bar;
import dev.harrier.bench.measure.Figure;
import dev.harrier.bench.measure.Report;
import dev.harrier.bench.measure.Scratch;
import dev.harrier.bench.measure.Section;
import dev.harrier.database.Database;
import dev.harrier.database.EmbeddedPostgres;
import dev.harrier.security.secret.MasterKeyFile;
import dev.harrier.security.secret.MasterKeyRotation;
import dev.harrier.security.secret.SecretLevel;
import dev.harrier.security.secret.StoredSecrets;
import dev.harrier.spi.ProjectDomain;
import dev.harrier.spi.SecretId;
import dev.harrier.spi.SecretValue;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;

/** Reads from the built-in store, and a change of the master key while others read. */
public final class SecretsSection implements Section {
  private static final String NAME = "secrets";
  private static final int WRITERS = 8;
  private static final int READERS = 8;
  private static final double READS_BAR = 5_000;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final SecretLevel LEVEL = new SecretLevel("project", "");
  private static final ProjectDomain PLACE = new ProjectDomain("project", "development");

  private final Sizes sizes;

  public SecretsSection(Sizes sizes) {
    this.sizes = requireNonNull(sizes, "sizes");
  }

  /**
   * How much is measured.
   *
   * @param round how long reads are counted
   */
  public record Sizes(int rounds, int secrets, Duration round) {
    /** What the bars are measured with. */
    public static Sizes usual(int rounds) {
      return new Sizes(rounds, 100_000, Duration.ofSeconds(5));
    }

    /** So few that only the bench itself is proven. */
    public static Sizes few() {
      return new Sizes(1, 50, Duration.ofMillis(50));
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void measure(Report report) throws Exception {
    try (var scratch = Scratch.create();
        var postgres = EmbeddedPostgres.start(scratch.folder().resolve("pg"));
        var database = Database.open(postgres.settings())) {
      var keys = new MasterKeyFile(scratch.folder().resolve("master-key.json"));
      keys.make();
      var secrets = new StoredSecrets(database, keys, Clock.systemUTC());
      fill(secrets);
      reads(report, secrets);
      rotations(report, database, keys, secrets);
    }
  }

  private void fill(StoredSecrets secrets) throws InterruptedException, ExecutionException {
    try (var threads = Executors.newFixedThreadPool(WRITERS)) {
      var filling = new ArrayList<Future<?>>();
      for (var writer = 0; writer < WRITERS; writer++) {
        var first = writer;
        filling.add(
            threads.submit(
                () -> {
                  for (var number = first; number < sizes.secrets(); number += WRITERS) {
                    secrets.put(LEVEL, id(number), value(number), "user:bench");
                  }
                }));
      }
      for (var one : filling) {
        one.get();
      }
    }
  }

  private void reads(Report report, StoredSecrets secrets) throws Exception {
    var rates = new ArrayList<Double>();
    // The first is thrown away: the JVM compiles in it.
    for (var round = 0; round <= sizes.rounds(); round++) {
      var over = new AtomicBoolean();
      var begun = System.nanoTime();
      long reads;
      try (var readers = new Readers(secrets, over)) {
        Thread.sleep(sizes.round());
        reads = readers.stop();
      }
      if (round > 0 || sizes.rounds() == 1) {
        rates.add(reads * NANOS_PER_SECOND / (System.nanoTime() - begun));
      }
    }
    report.add(
        Figure.of(NAME, "reads of the built-in store", "1/s", rates)
            .with(Bar.atLeast(READS_BAR))
            .remark("%d secrets, %d readers".formatted(sizes.secrets(), READERS)));
  }

  private void rotations(
      Report report, Database database, MasterKeyFile keys, StoredSecrets secrets)
      throws Exception {
    var rotation = new MasterKeyRotation(database, keys);
    var seconds = new ArrayList<Double>();
    var reads = 0L;
    for (var round = 0; round < sizes.rounds(); round++) {
      var over = new AtomicBoolean();
      try (var readers = new Readers(secrets, over)) {
        var begun = System.nanoTime();
        var result = rotation.rotate();
        seconds.add((System.nanoTime() - begun) / NANOS_PER_SECOND);
        if (result.rewrapped() != sizes.secrets() || result.keysKept() != 1) {
          throw new IllegalStateException(
              "expected %d secrets with one new key, found %s".formatted(sizes.secrets(), result));
        }
        reads += readers.stop();
      }
    }
    report.add(
        Figure.of(NAME, "a new master key for all secrets", "s", seconds)
            .remark(
                "%d secrets, while %d readers read %d values, each of them the right one"
                    .formatted(sizes.secrets(), READERS, reads)));
  }

  private static SecretId id(int number) {
    return SecretId.of("group", "key" + number);
  }

  private static SecretValue value(int number) {
    return new SecretValue("the value of secret " + number);
  }

  /** Read secrets of the store until they are stopped; a wrong or missing one fails the section. */
  private final class Readers implements AutoCloseable {
    private final AtomicBoolean over;
    private final java.util.concurrent.ExecutorService threads =
        Executors.newFixedThreadPool(READERS);
    private final List<Future<Long>> counts = new ArrayList<>();

    Readers(StoredSecrets secrets, AtomicBoolean over) {
      this.over = over;
      for (var reader = 0; reader < READERS; reader++) {
        counts.add(threads.submit(() -> read(secrets)));
      }
    }

    private long read(StoredSecrets secrets) {
      var reads = 0L;
      while (!over.get()) {
        var number = ThreadLocalRandom.current().nextInt(sizes.secrets());
        var found = secrets.find(id(number), PLACE).map(SecretValue::reveal);
        if (!found.equals(java.util.Optional.of(value(number).reveal()))) {
          throw new IllegalStateException("secret %d was read wrongly".formatted(number));
        }
        reads++;
      }
      return reads;
    }

    long stop() throws InterruptedException, ExecutionException {
      over.set(true);
      var all = 0L;
      for (var count : counts) {
        all += count.get();
      }
      return all;
    }

    @Override
    public void close() {
      over.set(true);
      threads.close();
    }
  }
}
