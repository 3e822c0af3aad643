package dev.harrier.propeller.decide;

import dev.harrier.idl.engine.v1.ExecutionSettings;
import dev.harrier.propeller.graph.ExecutionGraph;
import dev.harrier.propeller.graph.WorkflowGraph;
import dev.harrier.spi.AttemptRow;
import dev.harrier.spi.ExecutionPhase;
import dev.harrier.spi.ExecutionRecord;
import dev.harrier.spi.ExecutionRef;
import dev.harrier.spi.ExecutionRow;
import dev.harrier.spi.NodeKind;
import dev.harrier.spi.NodePhase;
import dev.harrier.spi.NodeRow;
import dev.harrier.spi.TimerRow;
import flyteidl.core.Literals.LiteralMap;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One execution as the engine knows it: its rows, and what follows from them.
 *
 * <p>Each row comes in by one method, whether it was just decided or read from the journal, so that
 * the state rebuilt from rows is the live one.
 */
public final class ExecutionState {
  private final ExecutionRecord record;
  private final ExecutionGraph graph;
  private final Map<String, NodeRow> nodes = new HashMap<>();
  private final Map<String, List<AttemptRow>> attempts = new HashMap<>();
  private final Map<TimerKey, TimerRow> timers = new HashMap<>();
  private final TreeMap<String, Frame> frames = new TreeMap<>();
  private final TreeSet<ReadyNode> ready = new TreeSet<>();
  private final TreeSet<ReadyNode> readyForSlot = new TreeSet<>();
  private final TreeSet<String> failing = new TreeSet<>();
  private ExecutionRow row;
  private int running;

  private ExecutionState(ExecutionRecord record, ExecutionGraph graph) {
    this.record = record;
    this.graph = graph;
    this.row = record.row();
  }

  /** The state that an execution's rows stand for. */
  public static ExecutionState of(ExecutionRecord record, ExecutionGraph graph) {
    var state = new ExecutionState(record, graph);
    state.open(new Frame("", 0, graph.primary()));
    // A parent's path is shorter than those of the nodes in it, and its frame must be open first.
    record.nodes().stream()
        .sorted(Comparator.comparingInt((NodeRow node) -> node.path().length()))
        .forEach(state::read);
    record.attempts().stream()
        .sorted(Comparator.comparingInt(AttemptRow::number))
        .forEach(state::apply);
    record.timers().forEach(state::set);
    return state;
  }

  private void read(NodeRow node) {
    if (frames.containsKey(node.parent())) {
      apply(node);
    } else {
      // Its subworkflow is over, so it counts for nothing any more.
      nodes.put(node.path(), node);
    }
  }

  void apply(ExecutionRow next) {
    if (next.phase() != row.phase() && !row.phase().next().contains(next.phase())) {
      throw new IllegalStateException(
          "%s: %s cannot follow %s".formatted(ref(), next.phase(), row.phase()));
    }
    row = next;
  }

  void apply(NodeRow node) {
    var old = nodes.put(node.path(), node);
    if (old != null && old.phase() != node.phase() && !old.phase().next().contains(node.phase())) {
      throw new IllegalStateException(
          "%s/%s: %s cannot follow %s".formatted(ref(), node.path(), node.phase(), old.phase()));
    }
    var frame = frame(node.parent());
    var number = frame.graph.number(node.specNodeId());
    var wasOpen = old != null && !old.phase().terminal();
    var isOpen = !node.phase().terminal();
    if (old == null) {
      ready.remove(new ReadyNode(frame.parent, number));
      readyForSlot.remove(new ReadyNode(frame.parent, number));
    }
    var change = (isOpen ? 1 : 0) - (wasOpen ? 1 : 0);
    frame.open += change;
    if (takesSlot(node.kind())) {
      running += change;
    }
    if (node.phase() == NodePhase.FAILING) {
      failing.add(node.path());
    } else {
      failing.remove(node.path());
    }
    var done = node.phase() == NodePhase.SUCCEEDED || node.phase() == NodePhase.SKIPPED;
    var wasDone =
        old != null && (old.phase() == NodePhase.SUCCEEDED || old.phase() == NodePhase.SKIPPED);
    if (done && !wasDone) {
      countDown(frame, number);
    }
    if (node.kind() == NodeKind.SUBWORKFLOW && isOpen && old == null) {
      open(new Frame(node.path(), Math.max(0, node.attempt()), subWorkflow(frame, number)));
    }
    if (node.kind() == NodeKind.SUBWORKFLOW && wasOpen && !isOpen) {
      close(node.path());
    }
  }

  void apply(AttemptRow attempt) {
    var list = attempts.computeIfAbsent(attempt.nodePath(), path -> new ArrayList<>());
    if (attempt.number() == list.size()) {
      list.add(attempt);
      return;
    }
    if (attempt.number() > list.size()) {
      throw new IllegalStateException(
          "%s/%s: attempt %d without one before it"
              .formatted(ref(), attempt.nodePath(), attempt.number()));
    }
    var old = list.set(attempt.number(), attempt);
    if (old.phase() != attempt.phase() && !old.phase().next().contains(attempt.phase())) {
      throw new IllegalStateException(
          "%s/%s#%d: %s cannot follow %s"
              .formatted(
                  ref(), attempt.nodePath(), attempt.number(), attempt.phase(), old.phase()));
    }
  }

  void set(TimerRow timer) {
    timers.put(new TimerKey(timer.nodePath(), timer.kind()), timer);
  }

  void clear(TimerRow timer) {
    timers.remove(new TimerKey(timer.nodePath(), timer.kind()));
  }

  private void open(Frame frame) {
    frames.put(frame.parent, frame);
    addReady(frame, frame.graph.number(WorkflowGraph.START));
  }

  /** A subworkflow that is over takes along what in it was never begun. */
  private void close(String path) {
    frames.remove(path);
    var from = new ReadyNode(path, 0);
    var to = new ReadyNode(path, Integer.MAX_VALUE);
    ready.subSet(from, true, to, true).clear();
    readyForSlot.subSet(from, true, to, true).clear();
  }

  private void countDown(Frame frame, int number) {
    for (var below : frame.graph.downstream(number)) {
      if (--frame.waiting[below] == 0) {
        addReady(frame, below);
      }
    }
  }

  private void addReady(Frame frame, int number) {
    var node = new ReadyNode(frame.parent, number);
    // Rows come in any order within a frame: on reading them a node may have its own row before its
    // upstream's is counted.
    if (!nodes.containsKey(frame.path(number))) {
      (takesSlot(frame.graph.kind(number)) ? readyForSlot : ready).add(node);
    }
  }

  private WorkflowGraph subWorkflow(Frame frame, int number) {
    return graph.subWorkflow(frame.graph.node(number).getWorkflowNode().getSubWorkflowRef());
  }

  /** Whether a node counts against the execution's parallelism. */
  static boolean takesSlot(NodeKind kind) {
    return kind == NodeKind.TASK || kind == NodeKind.LAUNCH_PLAN;
  }

  /** The execution. */
  public ExecutionRef ref() {
    return record.ref();
  }

  /** The engine's columns. */
  public ExecutionRow row() {
    return row;
  }

  /** Whether nothing may change any more. */
  public boolean terminal() {
    return row.phase().terminal();
  }

  ExecutionRecord record() {
    return record;
  }

  ExecutionSettings settings() {
    return record.settings();
  }

  ExecutionGraph graph() {
    return graph;
  }

  Optional<NodeRow> node(String path) {
    return Optional.ofNullable(nodes.get(path));
  }

  /** The nodes that have a row, in no order. */
  Iterable<NodeRow> nodes() {
    return nodes.values();
  }

  /** The current attempt of a node. */
  Optional<AttemptRow> currentAttempt(String path) {
    var list = attempts.get(path);
    return list == null || list.isEmpty() ? Optional.empty() : Optional.of(list.getLast());
  }

  List<AttemptRow> attempts(String path) {
    return attempts.getOrDefault(path, List.of());
  }

  Optional<TimerRow> timer(String path, TimerRow.Kind kind) {
    return Optional.ofNullable(timers.get(new TimerKey(path, kind)));
  }

  List<TimerRow> timers() {
    return List.copyOf(timers.values());
  }

  Frame frame(String parent) {
    var frame = frames.get(parent);
    if (frame == null) {
      throw new IllegalStateException(
          "%s: a node names the parent '%s', which is not open".formatted(ref(), parent));
    }
    return frame;
  }

  boolean hasFrame(String parent) {
    return frames.containsKey(parent);
  }

  /** Subworkflow nodes that failed and are not over yet, deepest first. */
  List<String> failing() {
    return failing.stream().sorted(Comparator.comparingInt(String::length).reversed()).toList();
  }

  boolean slotFree() {
    var max = settings().getMaxParallelism();
    return max <= 0 || running < max;
  }

  /** Ready nodes that need no slot. */
  SortedSet<ReadyNode> ready() {
    return ready;
  }

  /** Ready nodes that need a slot. */
  SortedSet<ReadyNode> readyForSlot() {
    return readyForSlot;
  }

  /** The inputs of the frame under that parent. */
  LiteralMap inputs(Frame frame) {
    if (frame.parent.isEmpty()) {
      return record.inputs();
    }
    var parent = nodes.get(frame.parent);
    if (parent == null) {
      throw new IllegalStateException(
          "%s: the frame of '%s' is open without its node".formatted(ref(), frame.parent));
    }
    return parent.inputs();
  }

  /**
   * All that matters of this state as text: equal for the live state and the one rebuilt from its
   * rows. For tests.
   */
  public String fingerprint() {
    var text = new StringBuilder();
    text.append(row).append('\n').append("running ").append(running).append('\n');
    new TreeMap<>(nodes)
        .forEach(
            (path, node) ->
                text.append(path)
                    .append(' ')
                    .append(node.phase())
                    .append('#')
                    .append(node.attempt())
                    .append(' ')
                    .append(node.revision())
                    .append(node.startedAt())
                    .append(node.endedAt())
                    .append(node.outputs().map(Object::hashCode))
                    .append(node.failure())
                    .append(node.child())
                    .append(NodeEdit.state(node))
                    .append('\n'));
    new TreeMap<>(attempts)
        .forEach(
            (path, list) ->
                list.forEach(
                    attempt ->
                        text.append(path)
                            .append('#')
                            .append(attempt.number())
                            .append(' ')
                            .append(attempt.phase())
                            .append(' ')
                            .append(attempt.revision())
                            .append('\n')));
    timers.values().stream().map(TimerRow::toString).sorted().forEach(text::append);
    if (row.phase() != ExecutionPhase.QUEUED && !terminal()) {
      text.append(ready).append(readyForSlot).append(failing);
      frames.forEach(
          (parent, frame) ->
              text.append('\n')
                  .append(parent)
                  .append(' ')
                  .append(frame.open)
                  .append(' ')
                  .append(java.util.Arrays.toString(frame.waiting)));
    }
    return text.toString();
  }

  private record TimerKey(String path, TimerRow.Kind kind) {}
}
