package dev.harrier.runtime.process;

import static java.util.Objects.requireNonNull;

import dev.harrier.runtime.process.folder.Names;
import dev.harrier.spi.AttemptId;
import dev.harrier.spi.Observation;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What this server knows of one attempt; its legal moves are the methods. */
final class TrackedAttempt {
  private enum Stage {
    WAITING,
    STARTING,
    RUNNING,
    ENDED
  }

  private final AttemptId id;
  private final String name;
  private Stage stage = Stage.WAITING;
  private boolean aborted;
  private boolean forgotten;
  private boolean settling;
  private @Nullable WorkerParent parent;
  private @Nullable Observation last;

  TrackedAttempt(AttemptId id) {
    this.id = requireNonNull(id, "id");
    this.name = Names.of(id);
  }

  AttemptId id() {
    return id;
  }

  String name() {
    return name;
  }

  /** It has a slot. False if it was aborted while it waited. */
  synchronized boolean leaveQueue() {
    if (aborted || stage != Stage.WAITING) {
      return false;
    }
    stage = Stage.STARTING;
    return true;
  }

  /** It runs. False if nobody wants to know. */
  synchronized boolean start(WorkerParent where, Observation.Started seen) {
    if (stage == Stage.ENDED) {
      return false;
    }
    stage = Stage.RUNNING;
    parent = where;
    last = seen;
    return !aborted;
  }

  /** Its end is known. False if it was known before, or nobody wants to know. */
  synchronized boolean end(Observation end) {
    if (stage == Stage.ENDED) {
      return false;
    }
    stage = Stage.ENDED;
    last = end;
    return !aborted;
  }

  /** It shall not run (on). Returns whether it held no more than a place in the queue. */
  synchronized boolean abort() {
    aborted = true;
    return stage == Stage.WAITING;
  }

  /** The engine is done with it. Returns whether it must first end. */
  synchronized boolean forget() {
    forgotten = true;
    return stage == Stage.STARTING || stage == Stage.RUNNING;
  }

  /** Its end is on record, and somebody is to read it. False if one does, or it is known. */
  synchronized boolean settle() {
    if (settling || stage == Stage.ENDED) {
      return false;
    }
    settling = true;
    return true;
  }

  /** Nobody reads its end any more. */
  synchronized void settled() {
    settling = false;
  }

  /** Whether its end is known. */
  synchronized boolean over() {
    return stage == Stage.ENDED;
  }

  synchronized boolean aborted() {
    return aborted;
  }

  synchronized boolean forgotten() {
    return forgotten;
  }

  synchronized boolean runsIn(WorkerParent where) {
    return stage == Stage.RUNNING && where.equals(parent);
  }

  /** The last that was seen; empty while it waits. */
  synchronized Optional<Observation> seen() {
    return Optional.ofNullable(last);
  }
}
