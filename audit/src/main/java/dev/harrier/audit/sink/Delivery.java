package dev.harrier.audit.sink;

import static java.util.Objects.requireNonNull;

import dev.harrier.audit.AuditRecord;
import dev.harrier.audit.Event;
import dev.harrier.audit.Outcome;
import dev.harrier.audit.chain.ChainedLog;
import dev.harrier.audit.chain.Position;
import dev.harrier.audit.verify.LogFolder;
import java.io.IOException;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one sink what it has not got, from the log's own files, and remembers how far it is: each
 * record at least once, in order. A sink that fails is asked again, and gets everything from the
 * last record on that it confirmed.
 */
public final class Delivery implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);
  private static final int LINES_MAX = 1000;
  private static final int BYTES_MAX = 512 << 10;
  private static final int UNCONFIRMED_MAX = 10_000;
  private static final long POLL_NANOS = Duration.ofMillis(100).toNanos();
  private static final long SAVE_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long TOLD_NANOS = Duration.ofMinutes(1).toNanos();
  private static final long BACKOFF_MIN_NANOS = Duration.ofMillis(200).toNanos();
  private static final long BACKOFF_MAX_NANOS = Duration.ofSeconds(15).toNanos();
  private static final Duration LAST_WORDS = Duration.ofSeconds(2);

  private final String name;
  private final Sink sink;
  private final ChainedLog log;
  private final Cursor cursor;
  private final LogTail tail;
  private final Lag lag;
  private final Thread thread;
  private volatile Position confirmed;
  private final AtomicLong missed = new AtomicLong();
  private final BatchSize size = new BatchSize(LINES_MAX);
  private final RefusedRecord refused = new RefusedRecord();
  private volatile boolean failing;
  private volatile boolean closing;
  private Position saved;
  private long savedNanos = System.nanoTime() - SAVE_NANOS;
  private long unconfirmedNanos;
  private long toldNanos = System.nanoTime() - TOLD_NANOS;
  private boolean told;
  private long backoffNanos = BACKOFF_MIN_NANOS;

  private Delivery(
      String name, Sink sink, ChainedLog log, LogFolder folder, Cursor cursor, Position from) {
    this.name = requireNonNull(name, "name");
    this.sink = requireNonNull(sink, "sink");
    this.log = requireNonNull(log, "log");
    this.cursor = requireNonNull(cursor, "cursor");
    this.tail = new LogTail(folder, from);
    this.confirmed = from;
    this.saved = from;
    this.lag = new Lag(System::nanoTime);
    this.thread = Thread.ofPlatform().name("audit-" + name).daemon().unstarted(this::run);
  }

  /**
   * Begins to deliver; a sink that is new gets all that is in the log.
   *
   * @param name of the sink, which no other has: a word
   */
  public static Delivery start(String name, Sink sink, ChainedLog log, LogFolder folder)
      throws IOException {
    var cursor = new Cursor(folder.folder().resolve("sinks").resolve(name));
    var delivery =
        new Delivery(
            name, sink, log, folder, cursor, cursor.read(LogTail.begin(folder), log.opened()));
    delivery.thread.start();
    return delivery;
  }

  /** Which sink. */
  public String name() {
    return name;
  }

  /** Whether it took what it was sent last. */
  public boolean takes() {
    return !failing;
  }

  /** The sequence of the last record that it has. */
  public long delivered() {
    return confirmed.sequence();
  }

  /** How many records it has not got. */
  public long waiting() {
    return Math.max(0, log.size() - confirmed.sequence());
  }

  /** How many records were deleted before it got them, since the start. */
  public long missed() {
    return missed.get();
  }

  /** The sequence of a record that it refuses by itself, again and again; 0 if there is none. */
  public long refused() {
    return refused.sequence();
  }

  /** How long the oldest record has been waiting for it, at most; zero if none does. */
  public Duration behind() {
    return lag.of(log.size(), confirmed.sequence());
  }

  private void run() {
    while (!closing) {
      step();
    }
  }

  private void step() {
    try {
      if (!deliver()) {
        LockSupport.parkNanos(this, POLL_NANOS);
      }
    } catch (IOException | RuntimeException e) {
      if (closing) {
        return;
      }
      failed(e);
      LockSupport.parkNanos(this, backoffNanos);
      // Whoever refuses is there, and may take less at once.
      if (!(e instanceof RefusedException) || !size.reducible()) {
        backoffNanos = Math.min(backoffNanos * 2, BACKOFF_MAX_NANOS);
      }
    }
  }

  /** One batch; false if there was none. */
  private boolean deliver() throws IOException {
    lag.of(log.size(), confirmed.sequence());
    var before = tail.position();
    var lines = tail.next(log.position(), size.lines(), BYTES_MAX);
    if (!lines.isEmpty()) {
      if (lines.getFirst().sequence() > before.sequence() + 1) {
        missed(before.sequence() + 1, lines.getFirst().sequence());
      }
      if (before.sequence() <= confirmed.sequence()) {
        unconfirmedNanos = System.nanoTime();
      }
      sink.send(lines);
    }
    if (due()) {
      confirm();
    }
    return !lines.isEmpty();
  }

  private boolean due() {
    var unconfirmed = tail.position().sequence() - confirmed.sequence();
    return unconfirmed > 0
        && (size.reduced()
            || unconfirmed >= UNCONFIRMED_MAX
            || System.nanoTime() - unconfirmedNanos >= sink.confirmedAfter().toNanos());
  }

  private void confirm() throws IOException {
    sink.confirm();
    confirmed = tail.position();
    size.succeeded();
    refused.taken();
    backoffNanos = BACKOFF_MIN_NANOS;
    if (failing) {
      failing = false;
      LOG.info("The audit log's sink takes records again sink={} waiting={}", name, waiting());
      if (told) {
        told = false;
        record(Event.SINK_RECOVERED, Outcome.OK, new TreeMap<>());
      }
    }
    if (System.nanoTime() - savedNanos >= SAVE_NANOS) {
      save();
    }
  }

  private void save() throws IOException {
    if (!confirmed.equals(saved)) {
      cursor.write(confirmed);
      saved = confirmed;
      savedNanos = System.nanoTime();
    }
  }

  private void failed(Exception failure) {
    failing = true;
    var sent = tail.position().sequence() - confirmed.sequence();
    tail.moveTo(confirmed);
    size.failed(sent);
    if (sent == 1 && failure instanceof RefusedException) {
      refusedAlone(confirmed.sequence() + 1, failure);
    }
    // A receiver that comes and goes does not fill the log.
    if (System.nanoTime() - toldNanos >= TOLD_NANOS) {
      toldNanos = System.nanoTime();
      LOG.error(
          "A sink of the audit log does not take records; they wait in the log's files. sink={} waiting={}",
          name,
          waiting(),
          failure);
      if (!told) {
        told = true;
        record(Event.SINK_FAILED, Outcome.ALARM, new TreeMap<>());
      }
    }
  }

  private void refusedAlone(long sequence, Exception failure) {
    if (refused.refused(sequence)) {
      LOG.error(
          "A sink of the audit log refuses one record again and again, and gets none behind it before it takes that one. sink={} sequence={} waiting={}",
          name,
          sequence,
          waiting(),
          failure);
    }
  }

  /** Goes on behind records that are gone, once what was sent before them is confirmed. */
  private void missed(long first, long next) throws IOException {
    if (first - 1 > confirmed.sequence()) {
      sink.confirm();
    }
    // Files go as a whole, so the next record is the first of its file.
    confirmed = new Position(next, 0, next - 1);
    missed.addAndGet(next - first);
    LOG.error(
        "Records of the audit log were deleted before a sink got them. sink={} first={} count={}",
        name,
        first,
        next - first);
    var details = new TreeMap<String, Object>();
    details.put("count", next - first);
    details.put("first", first);
    record(Event.RECORDS_MISSED, Outcome.ALARM, details);
  }

  private void record(Event event, Outcome outcome, SortedMap<String, Object> details) {
    details.put("sink", name);
    log.record(AuditRecord.system(event, outcome, details));
  }

  /** Gives the sink two seconds for what it has not got; the rest waits for the next start. */
  @Override
  public void close() {
    closing = true;
    LockSupport.unpark(thread);
    var ending = Thread.ofPlatform().name("audit-end-" + name).daemon().start(this::last);
    try {
      if (!ending.join(LAST_WORDS)) {
        sink.close();
        ending.join(LAST_WORDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void last() {
    try {
      thread.join();
      while (deliver()) {
        // The rest, batch by batch.
      }
      if (tail.position().sequence() > confirmed.sequence()) {
        confirm();
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("A sink of the audit log gets the rest after the next start sink={}", name, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      sink.close();
      tail.close();
      try {
        save();
      } catch (IOException e) {
        LOG.warn("A sink of the audit log will get its last records again sink={}", name, e);
      }
    }
  }
}
