package dev.harrier.propeller.decide;

import dev.harrier.idl.engine.v1.ChildRequest;
import dev.harrier.spi.AttemptId;
import dev.harrier.spi.AttemptRow;
import dev.harrier.spi.Batch;
import dev.harrier.spi.Command;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.ExecutionRow;
import dev.harrier.spi.NodeId;
import dev.harrier.spi.NodeRow;
import dev.harrier.spi.TimerRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What follows for one execution from the inputs of one drain. Every change goes into the state at
 * once, so that the next input meets it, and is written once however often it changes within the
 * drain.
 */
public final class Decision {
  private final ExecutionState state;
  private final Instant now;
  private final long epoch;
  private final int recordsMax;
  private final Map<String, NodeRow> insertedNodes = new LinkedHashMap<>();
  private final Map<String, NodeRow> updatedNodes = new LinkedHashMap<>();
  private final Map<AttemptKey, AttemptRow> insertedAttempts = new LinkedHashMap<>();
  private final Map<AttemptKey, AttemptRow> updatedAttempts = new LinkedHashMap<>();
  private final Map<String, TimerRow> setTimers = new LinkedHashMap<>();
  private final Map<String, TimerRow> clearedTimers = new LinkedHashMap<>();
  private final List<Long> consumed = new ArrayList<>();
  private final List<Batch.Posted> posted = new ArrayList<>();
  private final List<ChildRequest> children = new ArrayList<>();
  private final List<Batch.Released> released = new ArrayList<>();
  private final List<Action> actions = new ArrayList<>();
  private boolean executionChanged;

  Decision(ExecutionState state, Instant now, long epoch, int recordsMax) {
    this.state = state;
    this.now = now;
    this.epoch = epoch;
    this.recordsMax = recordsMax;
  }

  ExecutionState state() {
    return state;
  }

  Instant now() {
    return now;
  }

  long epoch() {
    return epoch;
  }

  boolean full() {
    return records() >= recordsMax;
  }

  /** How many rows it writes. */
  public int records() {
    return insertedNodes.size()
        + updatedNodes.size()
        + insertedAttempts.size()
        + updatedAttempts.size()
        + setTimers.size()
        + clearedTimers.size()
        + consumed.size()
        + posted.size()
        + children.size()
        + released.size()
        + (executionChanged ? 1 : 0);
  }

  /** What is to be done once it is committed. */
  public List<Action> actions() {
    return List.copyOf(actions);
  }

  /** Timers that it set, for whoever keeps them by time. */
  public List<TimerRow> timers() {
    return List.copyOf(setTimers.values());
  }

  /** What is to be committed. */
  public Batch.ExecutionChange change() {
    return new Batch.ExecutionChange(
        state.ref(),
        executionChanged ? Optional.of(state.row()) : Optional.empty(),
        List.copyOf(insertedNodes.values()),
        List.copyOf(updatedNodes.values()),
        List.copyOf(insertedAttempts.values()),
        List.copyOf(updatedAttempts.values()),
        List.copyOf(setTimers.values()),
        List.copyOf(clearedTimers.values()),
        consumed,
        posted,
        children,
        released);
  }

  void put(ExecutionRow row) {
    var revision = executionChanged ? state.row().revision() : state.row().revision() + 1;
    executionChanged = true;
    state.apply(
        new ExecutionRow(
            row.phase(),
            row.startedAt(),
            row.endedAt(),
            now,
            row.outputs(),
            row.failure(),
            row.abort(),
            revision));
  }

  NodeRow put(NodeEdit edit) {
    var row = edit.row();
    var old = state.node(row.path());
    var inserted = old.isEmpty() || insertedNodes.containsKey(row.path());
    var again = inserted || updatedNodes.containsKey(row.path());
    var written = revised(row, inserted ? 1 : row.revision() + (again ? 0 : 1));
    (inserted ? insertedNodes : updatedNodes).put(row.path(), written);
    state.apply(written);
    return written;
  }

  void put(AttemptRow row) {
    var key = new AttemptKey(row.nodePath(), row.number());
    var inserted =
        row.number() >= state.attempts(row.nodePath()).size() || insertedAttempts.containsKey(key);
    var again = inserted || updatedAttempts.containsKey(key);
    var written = row.withRevision(inserted ? 1 : row.revision() + (again ? 0 : 1));
    (inserted ? insertedAttempts : updatedAttempts).put(key, written);
    state.apply(written);
  }

  void set(TimerRow timer) {
    var key = timer.nodePath() + "#" + timer.kind();
    clearedTimers.remove(key);
    setTimers.put(key, timer);
    state.set(timer);
  }

  void clear(String nodePath, TimerRow.Kind kind) {
    state
        .timer(nodePath, kind)
        .ifPresent(
            timer -> {
              var key = nodePath + "#" + kind;
              // Set in this drain, perhaps over an older row: clearing a row that is not there is
              // harmless.
              setTimers.remove(key);
              clearedTimers.put(key, timer);
              state.clear(timer);
            });
  }

  void consume(long command) {
    consumed.add(command);
  }

  void post(ExecutionId to, Command command) {
    posted.add(new Batch.Posted(to, command));
  }

  void request(ChildRequest child) {
    children.add(child);
  }

  void release(String nodePath, int number) {
    released.add(new Batch.Released(nodePath, number));
  }

  void act(Action action) {
    actions.add(action);
  }

  AttemptId attemptId(AttemptRow row) {
    return new AttemptId(new NodeId(state.ref().id(), row.nodePath()), row.number());
  }

  private static NodeRow revised(NodeRow row, int revision) {
    return new NodeRow(
        row.path(),
        row.parent(),
        row.specNodeId(),
        row.kind(),
        row.retryGroup(),
        row.phase(),
        row.attempt(),
        row.createdAt(),
        row.startedAt(),
        row.endedAt(),
        row.updatedAt(),
        row.inputs(),
        row.outputs(),
        row.failure(),
        row.child(),
        row.state(),
        revision);
  }

  private record AttemptKey(String nodePath, int number) {}
}
