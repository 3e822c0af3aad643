package dev.harrier.testkit;

import static java.util.Objects.requireNonNull;

import dev.harrier.idl.engine.v1.ChildRequest;
import dev.harrier.spi.AttemptRow;
import dev.harrier.spi.Batch;
import dev.harrier.spi.Batch.ExecutionChange;
import dev.harrier.spi.Command;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.ExecutionRef;
import dev.harrier.spi.ExecutionRow;
import dev.harrier.spi.NodeRow;
import dev.harrier.spi.TimerRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One execution's change, part by part: what is not said does not change. */
public final class Change {
  private final ExecutionRef ref;
  private Optional<ExecutionRow> execution = Optional.empty();
  private final List<NodeRow> insertedNodes = new ArrayList<>();
  private final List<NodeRow> updatedNodes = new ArrayList<>();
  private final List<AttemptRow> insertedAttempts = new ArrayList<>();
  private final List<AttemptRow> updatedAttempts = new ArrayList<>();
  private final List<TimerRow> setTimers = new ArrayList<>();
  private final List<TimerRow> clearedTimers = new ArrayList<>();
  private final List<Long> consumed = new ArrayList<>();
  private final List<Batch.Posted> posted = new ArrayList<>();
  private final List<ChildRequest> children = new ArrayList<>();
  private final List<Batch.Released> released = new ArrayList<>();

  /** Begins with nothing. */
  public Change(ExecutionRef ref) {
    this.ref = requireNonNull(ref, "ref");
  }

  /** Its row as it is then. */
  public Change execution(ExecutionRow row) {
    execution = Optional.of(row);
    return this;
  }

  /** A node that is new. */
  public Change insert(NodeRow row) {
    insertedNodes.add(row);
    return this;
  }

  /** A node as it is then. */
  public Change update(NodeRow row) {
    updatedNodes.add(row);
    return this;
  }

  /** An attempt that is new. */
  public Change insert(AttemptRow row) {
    insertedAttempts.add(row);
    return this;
  }

  /** An attempt as it is then. */
  public Change update(AttemptRow row) {
    updatedAttempts.add(row);
    return this;
  }

  /** A timer that begins. */
  public Change set(TimerRow row) {
    setTimers.add(row);
    return this;
  }

  /** A timer that ends. */
  public Change clear(TimerRow row) {
    clearedTimers.add(row);
    return this;
  }

  /** A command whose effect this is. */
  public Change consume(long command) {
    consumed.add(command);
    return this;
  }

  /** A command for an execution. */
  public Change post(ExecutionId to, Command command) {
    posted.add(new Batch.Posted(to, command));
    return this;
  }

  /** An execution that admin is to create for one of its nodes. */
  public Change request(ChildRequest child) {
    children.add(child);
    return this;
  }

  /** An attempt that its runtime forgot. */
  public Change release(String nodePath, int number) {
    released.add(new Batch.Released(nodePath, number));
    return this;
  }

  /** The change with all of them. */
  public ExecutionChange build() {
    return new ExecutionChange(
        ref,
        execution,
        insertedNodes,
        updatedNodes,
        insertedAttempts,
        updatedAttempts,
        setTimers,
        clearedTimers,
        consumed,
        posted,
        children,
        released);
  }
}
