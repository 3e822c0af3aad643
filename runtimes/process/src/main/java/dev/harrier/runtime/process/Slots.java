package dev.harrier.runtime.process;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Who may run now. Strictly first come, first served: a large request at the front is never
 * overtaken, so it cannot starve. One that is larger than the machine runs alone.
 */
final class Slots {
  private final long cpuMillis;
  private final long memoryBytes;
  private final Deque<Waiting> queue = new ArrayDeque<>();
  private final Map<String, Share> held = new HashMap<>();

  Slots(long cpuMillis, long memoryBytes) {
    this.cpuMillis = cpuMillis;
    this.memoryBytes = memoryBytes;
  }

  /** What an attempt takes while it runs. */
  record Share(long cpuMillis, long memoryBytes) {}

  private record Waiting(String attempt, Share share, Runnable go) {}

  /** Calls {@code go} when there is room, at once or on the thread that made room. */
  void acquire(String attempt, Share share, Runnable go) {
    synchronized (this) {
      queue.add(new Waiting(attempt, share, go));
    }
    grant();
  }

  /** Takes a share for what runs already, room or not. */
  synchronized void adopt(String attempt, Share share) {
    held.put(attempt, share);
  }

  /** Gives back what an attempt holds or stops its waiting; fine if it does neither. */
  void release(String attempt) {
    synchronized (this) {
      held.remove(attempt);
      queue.removeIf(waiting -> waiting.attempt().equals(attempt));
    }
    grant();
  }

  /** How many wait. */
  synchronized int waiting() {
    return queue.size();
  }

  private void grant() {
    List<Runnable> granted = new ArrayList<>();
    synchronized (this) {
      while (!queue.isEmpty() && fits(queue.getFirst().share())) {
        var first = queue.removeFirst();
        held.put(first.attempt(), first.share());
        granted.add(first.go());
      }
    }
    // Outside the lock: what runs here may come back for another slot.
    granted.forEach(Runnable::run);
  }

  private boolean fits(Share share) {
    if (held.isEmpty()) {
      return true;
    }
    long cpu = share.cpuMillis();
    long memory = share.memoryBytes();
    for (var other : held.values()) {
      cpu = sum(cpu, other.cpuMillis());
      memory = sum(memory, other.memoryBytes());
    }
    return cpu <= cpuMillis && memory <= memoryBytes;
  }

  /** A task may ask for as much as a number can hold: more than that is no less. */
  private static long sum(long one, long other) {
    return one > Long.MAX_VALUE - other ? Long.MAX_VALUE : one + other;
  }
}
