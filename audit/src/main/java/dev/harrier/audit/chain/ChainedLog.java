package dev.harrier.audit.chain;

import static java.util.Objects.requireNonNull;

import dev.harrier.audit.AuditLog;
import dev.harrier.audit.AuditRecord;
import dev.harrier.audit.AuditUnavailableException;
import dev.harrier.audit.Event;
import dev.harrier.audit.Outcome;
import dev.harrier.audit.redact.ValueHash;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log: records gather while those before are written, and one fsync is for all who wait. What
 * cannot be written now waits in memory, and is counted where there is no room even there.
 */
public final class ChainedLog implements AuditLog, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ChainedLog.class);

  /** What waits in memory at most. */
  private static final int WAITING_MAX = 65_536;

  private static final int BATCH_MAX = 1000;
  private static final int SIGNED_EACH = 1000;
  private static final long SIGNED_MILLIS = 10_000;
  private static final long RETRY_MILLIS = 200;

  /**
   * How long records gather that nobody waits for: a write and a wake-up cost more than a record.
   */
  private static final long GATHER_NANOS = 10_000_000;

  private static final long IDLE_NANOS = RETRY_MILLIS * 1_000_000;
  private static final long TOLD_MILLIS = 60_000;

  /** A clock that steps back by less is taken for standing still. */
  private static final long STEP_MILLIS = 1000;

  private record Entry(AuditRecord record, @Nullable CompletableFuture<Void> written) {}

  private final Clock clock;
  private final ChainFile file;
  private final BlockingQueue<Entry> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
  private final AtomicLong dropped = new AtomicLong();
  private final AtomicLong droppedEver = new AtomicLong();
  private final Thread writer;
  private volatile BooleanSupplier sinksTake = () -> true;
  private final Position opened;
  private volatile @Nullable Retention retention;
  private volatile Position position;
  private volatile boolean idle;
  private volatile boolean urgent;
  private volatile boolean failing;
  private volatile boolean closing;
  private List<Entry> batch = new ArrayList<>();
  private CompletableFuture<Void> tidying = CompletableFuture.completedFuture(null);
  private boolean untidy = true;
  private long signedMillis;
  private long toldMillis;

  private ChainedLog(ChainFile file, Clock clock) {
    this.file = requireNonNull(file, "file");
    this.clock = requireNonNull(clock, "clock");
    this.position = file.position();
    this.opened = position;
    this.writer = Thread.ofPlatform().name("audit-log").unstarted(this::run);
  }

  /**
   * Opens the log in a folder, to go on behind its last record, or a new one.
   *
   * @throws IOException that says what is wrong if the log was changed or its key is lost
   */
  public static ChainedLog open(LogSettings settings, Clock clock) throws IOException {
    var log = new ChainedLog(ChainFile.open(settings), clock);
    var details = new TreeMap<String, Object>();
    details.put("version", settings.version());
    if (log.file.cutBytes() > 0) {
      details.put("cut_bytes", log.file.cutBytes());
      log.record(AuditRecord.system(Event.RECORD_CUT, Outcome.ALARM, details));
    }
    // On the disk before anybody is served; and a disk that takes nothing is found here.
    log.batch.add(new Entry(AuditRecord.system(Event.SYSTEM_STARTED, Outcome.OK, details), null));
    log.write();
    log.sign();
    log.writer.start();
    return log;
  }

  @Override
  public void record(AuditRecord record) {
    if (!waiting.offer(new Entry(record, null))) {
      dropped.incrementAndGet();
      droppedEver.incrementAndGet();
    }
    if (idle) {
      LockSupport.unpark(writer);
    }
  }

  @Override
  public CompletableFuture<Void> ensure(AuditRecord record) {
    var written = new CompletableFuture<Void>();
    if (failing || closing || !sinksTake.getAsBoolean()) {
      written.completeExceptionally(unavailable(null));
    } else if (waiting.offer(new Entry(record, written))) {
      urgent = true;
      LockSupport.unpark(writer);
    } else {
      written.completeExceptionally(unavailable(null));
    }
    return written;
  }

  /** Whether records are written at the moment. */
  public boolean writes() {
    return !failing;
  }

  /** How many records there was no room for since the start. */
  public long dropped() {
    return droppedEver.get();
  }

  /** The sequence of the last record that is written. */
  public long size() {
    return position.sequence();
  }

  /** Up to where it was written when it was opened. */
  public Position opened() {
    return opened;
  }

  /** Up to where the log is written. */
  public Position position() {
    return position;
  }

  /** Hashes values as the log does. */
  public ValueHash hash() {
    return file.key().hash();
  }

  /**
   * Keeps files that a sink has not got, within limits; none is deleted or packed before this is
   * called.
   */
  public void keeping(Retention forSinks) {
    this.retention = requireNonNull(forSinks, "forSinks");
  }

  /** Lets {@link #ensure} fail while sinks that must take every record do not. */
  public void requiring(BooleanSupplier taking) {
    this.sinksTake = requireNonNull(taking, "taking");
  }

  private void run() {
    try {
      while (!closing || !(waiting.isEmpty() || failing)) {
        step();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    last();
  }

  private void step() throws InterruptedException {
    if (failing) {
      TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
    } else {
      gather();
      waiting.drainTo(batch, BATCH_MAX);
      addDropped();
    }
    try {
      if (!batch.isEmpty()) {
        write();
      }
      if (due()) {
        sign();
      }
      if (untidy && retention != null) {
        untidy = false;
        tidy();
      }
    } catch (IOException | RuntimeException e) {
      fail(e);
    }
  }

  private void gather() {
    idle = true;
    if (waiting.isEmpty() && !closing) {
      LockSupport.parkNanos(this, IDLE_NANOS);
    }
    idle = false;
    if (!urgent && !closing && waiting.size() < BATCH_MAX) {
      LockSupport.parkNanos(this, GATHER_NANOS);
    }
    // Whoever asks from here on is in this batch, or finds it set for the next one.
    urgent = false;
  }

  private void addDropped() {
    var count = dropped.getAndSet(0);
    if (count > 0) {
      var details = new TreeMap<String, Object>();
      details.put("count", count);
      batch.addFirst(
          new Entry(AuditRecord.system(Event.RECORDS_DROPPED, Outcome.ALARM, details), null));
    }
  }

  private void write() throws IOException {
    var now = clock.millis();
    var back = file.timeMillis() - now;
    if (back >= STEP_MILLIS) {
      var details = new TreeMap<String, Object>();
      details.put("before_ms", file.timeMillis());
      file.append(
          List.of(AuditRecord.system(Event.CLOCK_WENT_BACK, Outcome.ALARM, details)), now, false);
    }
    var durable = batch.stream().anyMatch(entry -> entry.written() != null);
    file.append(
        batch.stream().map(Entry::record).toList(), Math.max(now, file.timeMillis()), durable);
    var written = batch;
    batch = new ArrayList<>();
    recovered();
    for (var entry : written) {
      if (entry.written() != null) {
        entry.written().complete(null);
      }
    }
    position = file.position();
  }

  private boolean due() {
    return file.unsigned() >= SIGNED_EACH
        || (file.unsigned() > 1 && clock.millis() - signedMillis >= SIGNED_MILLIS)
        || clock.millis() < signedMillis
        || (file.full(clock.millis()) && file.unsigned() > 0);
  }

  // The note is a record, too: so it reaches every sink, where who may write this disk may not.
  private void sign() throws IOException {
    var note = file.sign();
    signedMillis = clock.millis();
    if (file.full(signedMillis)) {
      file.rotate();
      untidy = true;
    }
    var details = new TreeMap<String, Object>();
    details.put("note", note);
    batch.add(new Entry(AuditRecord.system(Event.CHECKPOINT, Outcome.OK, details), null));
    write();
  }

  // Packing a file takes a second or two, in which records go on.
  private void tidy() {
    var closed = file.closed();
    var now = clock.instant();
    tidying =
        tidying.thenRunAsync(
            () -> {
              try {
                closed.tidy(now, requireNonNull(retention, "retention"));
              } catch (IOException e) {
                LOG.warn(
                    "Closed files of the audit log are not packed; the next one tries again", e);
              }
            },
            task -> Thread.ofVirtual().name("audit-files").start(task));
  }

  private void fail(Exception failure) {
    var kept = new ArrayList<Entry>();
    for (var entry : batch) {
      if (entry.written() == null) {
        kept.add(entry);
      } else {
        entry.written().completeExceptionally(unavailable(failure));
      }
    }
    if (!failing) {
      failing = true;
      kept.add(new Entry(AuditRecord.system(Event.SINK_FAILED, Outcome.ALARM, file()), null));
    }
    batch = kept;
    var now = clock.millis();
    if (now - toldMillis >= TOLD_MILLIS || now < toldMillis) {
      toldMillis = now;
      LOG.error(
          "The audit log cannot be written: changes are refused until it can. Is its disk full? waiting={} dropped={}",
          waiting.size() + batch.size(),
          droppedEver.get(),
          failure);
    }
  }

  private void recovered() {
    if (failing) {
      failing = false;
      LOG.info("The audit log is written again dropped={}", droppedEver.get());
      batch.add(new Entry(AuditRecord.system(Event.SINK_RECOVERED, Outcome.OK, file()), null));
    }
  }

  private static SortedMap<String, Object> file() {
    var details = new TreeMap<String, Object>();
    details.put("sink", "file");
    return details;
  }

  private void last() {
    try {
      waiting.drainTo(batch);
      batch.add(
          new Entry(AuditRecord.system(Event.SYSTEM_STOPPED, Outcome.OK, new TreeMap<>()), null));
      write();
      file.sign();
    } catch (IOException e) {
      fail(e);
      LOG.error("The audit log ends with records that are not written lost={}", batch.size());
    }
    // Whoever asked while it closed.
    waiting.forEach(
        entry -> {
          if (entry.written() != null) {
            entry.written().completeExceptionally(unavailable(null));
          }
        });
  }

  private static AuditUnavailableException unavailable(@Nullable Exception cause) {
    return new AuditUnavailableException(
        "The audit log cannot be written now, so nothing was changed. Ask again later; the operator's log says why.",
        cause);
  }

  /** Writes and signs what was taken, and closes the files. */
  @Override
  public void close() throws IOException {
    closing = true;
    LockSupport.unpark(writer);
    try {
      writer.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    tidying.join();
    file.close();
  }
}
