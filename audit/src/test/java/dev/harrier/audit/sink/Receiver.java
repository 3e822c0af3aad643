package dev.harrier.audit.sink;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A receiver in memory: what it was sent, and what of that it has for good. */
final class Receiver implements Sink {
  private final Duration confirmedAfter;
  private final List<Long> sent = new ArrayList<>();
  private final List<Long> kept = new ArrayList<>();
  private int refusals;
  private int linesMax = Integer.MAX_VALUE;
  private long unwanted;

  Receiver() {
    this(Duration.ZERO);
  }

  Receiver(Duration confirmedAfter) {
    this.confirmedAfter = confirmedAfter;
  }

  /** Refuses so many calls. */
  synchronized void refuse(int calls) {
    refusals = calls;
  }

  /** Refuses whatever has more lines. */
  synchronized void takeAtMost(int lines) {
    linesMax = lines;
  }

  /** Refuses whatever has that record; 0 for none. */
  synchronized void refuseRecord(long sequence) {
    unwanted = sequence;
  }

  /** What it has, in the order that it came; nothing twice in a row that was confirmed. */
  synchronized List<Long> kept() {
    return List.copyOf(kept);
  }

  /** All that came to it, twice where it came twice. */
  synchronized List<Long> sent() {
    return List.copyOf(sent);
  }

  @Override
  public synchronized void send(List<LogLine> lines) throws IOException {
    lines.forEach(line -> sent.add(line.sequence()));
    refused();
    if (lines.size() > linesMax || lines.stream().anyMatch(one -> one.sequence() == unwanted)) {
      throw new RefusedException("The receiver does not want this.");
    }
  }

  @Override
  public synchronized void confirm() throws IOException {
    refused();
    var last = kept.isEmpty() ? 0 : kept.getLast();
    sent.stream().filter(one -> one > last).distinct().sorted().forEach(kept::add);
  }

  private void refused() throws IOException {
    if (refusals > 0) {
      refusals--;
      throw new IOException("The receiver takes nothing now.");
    }
  }

  @Override
  public Duration confirmedAfter() {
    return confirmedAfter;
  }

  @Override
  public void close() {
    // It holds nothing.
  }
}
