package dev.harrier.testkit;

import dev.harrier.idl.engine.v1.ExecutionSettings;
import dev.harrier.spi.AttemptRow;
import dev.harrier.spi.Batch;
import dev.harrier.spi.ExecutionPhase;
import dev.harrier.spi.ExecutionRecord;
import dev.harrier.spi.ExecutionRef;
import dev.harrier.spi.ExecutionRow;
import dev.harrier.spi.HeldAttempt;
import dev.harrier.spi.NodeRow;
import dev.harrier.spi.PoisonedBatchException;
import dev.harrier.spi.TimerRow;
import flyteidl.core.Literals.LiteralMap;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The rows of one execution, and what may be written over them. Guarded by its journal. */
final class ExecutionInMemory {
  final ExecutionRef ref;
  private final String closureDigest;
  private final LiteralMap inputs;
  private final ExecutionSettings settings;
  private final Optional<ExecutionRecord.Parent> parent;
  private final Instant createdAt;
  private final TreeMap<String, NodeRow> nodes = new TreeMap<>();
  private final TreeMap<AttemptKey, AttemptRow> attempts = new TreeMap<>();
  private final TreeMap<TimerKey, TimerRow> timers = new TreeMap<>();
  private final Set<AttemptKey> held = new HashSet<>();
  private ExecutionRow row;

  ExecutionInMemory(
      ExecutionRef ref,
      String closureDigest,
      LiteralMap inputs,
      ExecutionSettings settings,
      Optional<ExecutionRecord.Parent> parent,
      Instant createdAt) {
    this.ref = ref;
    this.closureDigest = closureDigest;
    this.inputs = inputs;
    this.settings = settings;
    this.parent = parent;
    this.createdAt = createdAt;
    this.row = queued(createdAt);
  }

  private static ExecutionRow queued(Instant now) {
    return new ExecutionRow(
        ExecutionPhase.QUEUED,
        Optional.empty(),
        Optional.empty(),
        now,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        0);
  }

  /** Whether it and a node of it have begun and not ended. */
  boolean runs(String nodePath) {
    var node = nodes.get(nodePath);
    return node != null && !node.phase().terminal() && !row.phase().terminal();
  }

  Stream<TimerRow> timers() {
    return timers.values().stream();
  }

  /** Its attempts that are not released. */
  Stream<HeldAttempt> held() {
    return attempts.values().stream()
        .filter(attempt -> held.contains(AttemptKey.of(attempt)))
        .map(attempt -> new HeldAttempt(ref, attempt));
  }

  /**
   * Writes nothing.
   *
   * @throws PoisonedBatchException if the change does not follow from the rows
   */
  void check(Batch.ExecutionChange change) {
    change
        .execution()
        .ifPresent(
            next -> {
              guard(row.revision(), next.revision(), change.ref());
              if (row.phase() != next.phase() && !row.phase().next().contains(next.phase())) {
                throw refused("%s: %s cannot follow %s", change.ref(), next.phase(), row.phase());
              }
            });
    for (var node : change.insertedNodes()) {
      if (nodes.containsKey(node.path())) {
        throw refused("%s/%s: exists already", change.ref(), node.path());
      }
    }
    for (var node : change.updatedNodes()) {
      var old = nodes.get(node.path());
      if (old == null) {
        throw refused("%s/%s: to be updated, but missing", change.ref(), node.path());
      }
      guard(old.revision(), node.revision(), node.path());
      if (old.phase().terminal()
          || (old.phase() != node.phase() && !old.phase().next().contains(node.phase()))) {
        throw refused(
            "%s/%s: %s may not follow %s", change.ref(), node.path(), node.phase(), old.phase());
      }
    }
    for (var attempt : change.insertedAttempts()) {
      if (attempts.containsKey(AttemptKey.of(attempt))) {
        throw refused("%s/%s: attempt exists already", change.ref(), attempt.nodePath());
      }
    }
    for (var attempt : change.updatedAttempts()) {
      var old = attempts.get(AttemptKey.of(attempt));
      if (old == null) {
        throw refused("%s/%s: attempt missing", change.ref(), attempt.nodePath());
      }
      guard(old.revision(), attempt.revision(), attempt.nodePath());
      if (old.phase().terminal()
          || (old.phase() != attempt.phase() && !old.phase().next().contains(attempt.phase()))) {
        throw refused(
            "%s/%s: attempt: %s may not follow %s",
            change.ref(), attempt.nodePath(), attempt.phase(), old.phase());
      }
    }
    if (!change.execution().orElse(row).phase().terminal()) {
      change.released().forEach(released -> checkOver(change, released));
    }
  }

  /** Whoever takes the shard over asks nobody after what was let go, and would wait for ever. */
  private void checkOver(Batch.ExecutionChange change, Batch.Released released) {
    var key = new AttemptKey(released.nodePath(), released.number());
    var attempt =
        Stream.of(change.updatedAttempts(), change.insertedAttempts())
            .flatMap(List::stream)
            .filter(written -> AttemptKey.of(written).equals(key))
            .findFirst()
            .or(() -> Optional.ofNullable(attempts.get(key)));
    if (attempt.isPresent() && !attempt.get().phase().terminal()) {
      throw refused(
          "%s/%s: attempt %s is let go and not over", change.ref(), key.nodePath(), key.number());
    }
  }

  private static void guard(int stored, int written, Object of) {
    if (written != stored + 1) {
      throw refused("%s: expected revision %s, got %s", of, stored + 1, written);
    }
  }

  static PoisonedBatchException refused(String text, Object... arguments) {
    var message = text.formatted(arguments);
    return new PoisonedBatchException(message, new IllegalStateException(message));
  }

  /** Writes what was checked. */
  void write(Batch.ExecutionChange change) {
    change.execution().ifPresent(next -> row = next);
    change.insertedNodes().forEach(node -> nodes.put(node.path(), node));
    change.updatedNodes().forEach(node -> nodes.put(node.path(), node));
    for (var attempt : change.insertedAttempts()) {
      attempts.put(AttemptKey.of(attempt), attempt);
      held.add(AttemptKey.of(attempt));
    }
    change.updatedAttempts().forEach(attempt -> attempts.put(AttemptKey.of(attempt), attempt));
    for (var released : change.released()) {
      held.remove(new AttemptKey(released.nodePath(), released.number()));
    }
    change.clearedTimers().forEach(timer -> timers.remove(TimerKey.of(timer)));
    change.setTimers().forEach(timer -> timers.put(TimerKey.of(timer), timer));
  }

  ExecutionRecord toRecord() {
    return new ExecutionRecord(
        ref,
        closureDigest,
        inputs,
        settings,
        parent,
        createdAt,
        row,
        List.copyOf(nodes.values()),
        attempts.entrySet().stream()
            .map(one -> one.getValue().withReleased(!held.contains(one.getKey())))
            .toList(),
        List.copyOf(timers.values()));
  }

  private record AttemptKey(String nodePath, int number) implements Comparable<AttemptKey> {
    static AttemptKey of(AttemptRow row) {
      return new AttemptKey(row.nodePath(), row.number());
    }

    @Override
    public int compareTo(AttemptKey other) {
      return Comparator.comparing(AttemptKey::nodePath)
          .thenComparing(AttemptKey::number)
          .compare(this, other);
    }
  }

  private record TimerKey(String nodePath, TimerRow.Kind kind) implements Comparable<TimerKey> {
    static TimerKey of(TimerRow row) {
      return new TimerKey(row.nodePath(), row.kind());
    }

    @Override
    public int compareTo(TimerKey other) {
      return Comparator.comparing(TimerKey::nodePath)
          .thenComparing(TimerKey::kind)
          .compare(this, other);
    }
  }
}
