package dev.harrier.bench.audit;

import static java.util.Objects.requireNonNull;

import dev.harrier.audit.Actor;
import dev.harrier.audit.AuditRecord;
import dev.harrier.audit.AuditRecord.Stage;
import dev.harrier.audit.Event;
import dev.harrier.audit.Level;
import dev.harrier.audit.Operation;
import dev.harrier.audit.Outcome;
import dev.harrier.audit.Resource;
import dev.harrier.audit.Source;
import dev.harrier.audit.chain.ChainedLog;
import dev.harrier.audit.chain.LogSettings;
import dev.harrier.audit.verify.LogFolder;
import dev.harrier.audit.verify.LogVerifier;
import dev.harrier.audit.verify.NoteVerifier;
import dev.harrier.bench.measure.Bar;
import dev.harrier.bench.measure.Figure;
import dev.harrier.bench.measure.ProcessCpu;
import dev.harrier.bench.measure.Reference;
import dev.harrier.bench.measure.Report;
import dev.harrier.bench.measure.Samples;
import dev.harrier.bench.measure.Scratch;
import dev.harrier.bench.measure.Section;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/** Records a second, changes that wait for theirs, and a check of it all. */
public final class AuditSection implements Section {
  private static final String NAME = "audit";
  private static final int CHANGERS = 64;
  private static final int AHEAD_MAX = 30_000;
  private static final double RECORDS_BAR = 50_000;
  private static final double VERIFY_BAR = 100;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double NANOS_PER_MILLI = 1e6;
  private static final double BYTES_PER_MEGABYTE = 1e6;
  private static final int BARE_BYTES = 1024;

  /** So long that nothing is packed meanwhile. */
  private static final long FILE_BYTES = 1L << 40;

  private final Sizes sizes;

  public AuditSection(Sizes sizes) {
    this.sizes = requireNonNull(sizes, "sizes");
  }

  /**
   * How much is measured.
   *
   * @param records of a round
   * @param changes of each of those who wait, in a round
   */
  public record Sizes(int rounds, int records, int changes) {
    /** What the bars are measured with. */
    public static Sizes usual(int rounds) {
      return new Sizes(rounds, 300_000, 200);
    }

    /** So few that only the bench itself is proven. */
    public static Sizes few() {
      return new Sizes(1, 500, 2);
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void measure(Report report) throws Exception {
    try (var scratch = Scratch.create()) {
      var settings =
          LogSettings.of(
                  scratch.folder().resolve("audit"),
                  scratch.folder().resolve("keys"),
                  "bench/one",
                  "1")
              .rotating(FILE_BYTES, Duration.ofDays(1), Duration.ZERO);
      records(report, settings);
      verify(report, settings);
      changes(report, settings);
    }
  }

  private void records(Report report, LogSettings settings) throws IOException {
    var rates = new ArrayList<Double>();
    try (var log = ChainedLog.open(settings, Clock.systemUTC())) {
      // The first is thrown away: the JVM compiles in it.
      for (var round = 0; round <= sizes.rounds(); round++) {
        var before = log.size();
        var cpu = ProcessCpu.ownMillis(ProcessHandle.current().pid());
        for (var i = 0; i < sizes.records(); i++) {
          while (before + i - log.size() > AHEAD_MAX) {
            LockSupport.parkNanos(1_000_000);
          }
          log.record(read(i));
        }
        while (log.size() < before + sizes.records()) {
          LockSupport.parkNanos(1_000_000);
        }
        var millis = ProcessCpu.ownMillis(ProcessHandle.current().pid()) - cpu;
        if (round > 0 || sizes.rounds() == 1) {
          rates.add(sizes.records() * 1000 / Math.max(1, millis));
        }
      }
      if (log.dropped() > 0) {
        throw new IllegalStateException("%d records were dropped".formatted(log.dropped()));
      }
    }
    report.add(
        Figure.of(NAME, "records of reads", "1/(s of one core)", rates)
            .with(Bar.atLeast(RECORDS_BAR))
            .remark("from the record to the disk's cache, by the processor time of all threads"));
  }

  private void verify(Report report, LogSettings settings) throws Exception {
    var rates = new ArrayList<Double>();
    var folder = new LogFolder(settings.folder());
    var key = NoteVerifier.parse(Files.readString(folder.publicKey()));
    var bytes = 0L;
    for (var file : folder.files()) {
      bytes += Files.size(file.path());
    }
    for (var round = 0; round <= sizes.rounds(); round++) {
      var begun = System.nanoTime();
      new LogVerifier(folder, key, 0).verify(Optional.empty(), OptionalLong.empty());
      if (round > 0) {
        rates.add(bytes / BYTES_PER_MEGABYTE * NANOS_PER_SECOND / (System.nanoTime() - begun));
      }
    }
    report.add(
        Figure.of(NAME, "audit verify", "MB/s", rates)
            .with(Bar.atLeast(VERIFY_BAR))
            .remark("of a file that is not packed, %.0f MB".formatted(bytes / BYTES_PER_MEGABYTE)));
  }

  private void changes(Report report, LogSettings settings) throws Exception {
    var waits = new ArrayList<Double>();
    var bare = new ArrayList<Double>();
    try (var log = ChainedLog.open(settings, Clock.systemUTC());
        var threads = Executors.newFixedThreadPool(CHANGERS)) {
      for (var round = 0; round <= sizes.rounds(); round++) {
        bare.add(bareSync(settings.folder().resolveSibling("bare")));
        List<Callable<long[]>> changers = new ArrayList<>();
        for (var one = 0; one < CHANGERS; one++) {
          changers.add(() -> change(log));
        }
        var nanos = new ArrayList<Double>();
        for (var done : threads.invokeAll(changers)) {
          for (var each : done.get()) {
            nanos.add(each / NANOS_PER_MILLI);
          }
        }
        if (round > 0 || sizes.rounds() == 1) {
          waits.add(Samples.median(nanos));
        }
      }
    }
    report.add(
        Figure.of(NAME, "wait of a change for its record", "ms", waits)
            .beside(new Reference("a bare fdatasync of a kilobyte", Samples.median(bare)))
            .remark(
                "half of the changes of %d who change at once wait no longer; all of them share what is synced"
                    .formatted(CHANGERS)));
  }

  private long[] change(ChainedLog log) {
    var nanos = new long[sizes.changes()];
    for (var i = 0; i < nanos.length; i++) {
      var begun = System.nanoTime();
      log.ensure(read(i)).join();
      nanos[i] = System.nanoTime() - begun;
    }
    return nanos;
  }

  private double bareSync(Path file) throws IOException {
    var millis = new ArrayList<Double>();
    try (var channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      for (var i = 0; i < sizes.changes(); i++) {
        var begun = System.nanoTime();
        var bytes = ByteBuffer.allocate(BARE_BYTES);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(false);
        millis.add((System.nanoTime() - begun) / NANOS_PER_MILLI);
      }
    }
    return Samples.median(millis);
  }

  private static AuditRecord read(int number) {
    return new AuditRecord(
        Event.API_READ,
        Stage.COMPLETE,
        Level.METADATA,
        Outcome.OK,
        new Actor(
            "sa:bench",
            "http://localhost:30080",
            Optional.of("bench"),
            List.of(new Actor.Decision("execution:read", "flytesnacks/development", true))),
        new Source("127.0.0.1", false, "0123456789abcdef"),
        Optional.of(
            new Operation(
                "flyteidl.service.AdminService/GetExecution",
                Optional.empty(),
                Duration.ofMillis(1).toNanos() / 1000)),
        List.of(new Resource("execution", "flytesnacks/development/e" + number)),
        new TreeMap<>());
  }
}
