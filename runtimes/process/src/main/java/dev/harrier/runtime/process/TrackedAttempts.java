package dev.harrier.runtime.process;

import static java.util.Objects.requireNonNull;

import dev.harrier.runtime.process.folder.Names;
import dev.harrier.spi.AttemptId;
import dev.harrier.spi.Observation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** The attempts that this server knows of, and the one place from which the engine hears of any. */
final class TrackedAttempts {
  private final Map<String, TrackedAttempt> byName = new ConcurrentHashMap<>();
  private volatile Consumer<Observation> receiver =
      seen -> {
        throw new IllegalStateException("observe() comes before all else");
      };
  private volatile boolean closed;

  /** From now on all is told to this one. */
  void observe(Consumer<Observation> observer) {
    receiver = requireNonNull(observer, "observer");
  }

  /** From now on nothing is told any more. */
  void close() {
    closed = true;
  }

  boolean closed() {
    return closed;
  }

  /** Returns false, and adds nothing, if one of that name is known. */
  boolean add(TrackedAttempt attempt) {
    return byName.putIfAbsent(attempt.name(), attempt) == null;
  }

  Optional<TrackedAttempt> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** The one that is known, or a new one that is from now on. */
  TrackedAttempt track(AttemptId id) {
    return byName.computeIfAbsent(Names.of(id), missing -> new TrackedAttempt(id));
  }

  /** Removes that very one; fine if another has its name by now. */
  void remove(TrackedAttempt attempt) {
    byName.remove(attempt.name(), attempt);
  }

  /** Removes whichever has the name. */
  void remove(String name) {
    byName.remove(name);
  }

  List<TrackedAttempt> all() {
    return List.copyOf(byName.values());
  }

  /** Tells an end once, if anybody still wants to know. */
  void tellEnd(TrackedAttempt attempt, Observation end) {
    if (attempt.end(end)) {
      tell(end);
    }
  }

  void tell(Observation seen) {
    if (!closed) {
      receiver.accept(seen);
    }
  }
}
