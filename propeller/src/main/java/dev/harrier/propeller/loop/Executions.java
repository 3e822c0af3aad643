package dev.harrier.propeller.loop;

import dev.harrier.propeller.decide.ExecutionState;
import dev.harrier.propeller.decide.Input;
import dev.harrier.propeller.loop.Inbox.Work;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.ExecutionRecord;
import dev.harrier.spi.Journal;
import dev.harrier.spi.StoreUnavailableException;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The executions of one loop that are in memory; others are rows until something happens to them.
 * For one thread.
 */
final class Executions {
  private static final Logger LOG = LoggerFactory.getLogger(Executions.class);

  private final Journal journal;
  private final Graphs graphs;
  private final LoopLimits limits;
  // In the order of their last touch.
  private final LinkedHashMap<ExecutionId, Loaded> loaded = new LinkedHashMap<>(16, 0.75f, true);
  private final Set<ExecutionId> parked = new HashSet<>();

  Executions(Journal journal, Graphs graphs, LoopLimits limits) {
    this.journal = journal;
    this.graphs = graphs;
    this.limits = limits;
  }

  /** Reads those of the executions that are not in memory, all by one call. */
  void load(List<Work> works, Instant now) {
    var missing =
        works.stream()
            .filter(work -> !loaded.containsKey(work.execution()) && needed(work))
            .map(Work::execution)
            .toList();
    for (var record : read(missing)) {
      var id = record.ref().id();
      try {
        var state = ExecutionState.of(record, graphs.get(record.closureDigest()));
        loaded.put(id, new Loaded(state, now));
      } catch (StoreUnavailableException unavailable) {
        throw unavailable;
      } catch (RuntimeException wrong) {
        LOG.error(
            "execution {}: its rows make no state; parked until the server is restarted",
            id,
            wrong);
        park(id);
      }
    }
    works.forEach(
        work -> loaded.computeIfPresent(work.execution(), (id, one) -> new Loaded(one.state, now)));
  }

  /** All at once; if one of them cannot be read, one by one, and that one is parked. */
  private List<ExecutionRecord> read(List<ExecutionId> ids) {
    if (ids.isEmpty()) {
      return List.of();
    }
    try {
      return journal.load(ids);
    } catch (StoreUnavailableException unavailable) {
      throw unavailable;
    } catch (RuntimeException wrong) {
      if (ids.size() == 1) {
        LOG.error(
            "execution {}: it cannot be read; parked until the server is restarted", ids, wrong);
        park(ids.getFirst());
        return List.of();
      }
      return ids.stream().flatMap(id -> read(List.of(id)).stream()).toList();
    }
  }

  /** Telling that an attempt was released changes no state. */
  private static boolean needed(Work work) {
    return work.inputs().stream().anyMatch(input -> !(input instanceof Input.Forgotten));
  }

  Optional<ExecutionState> get(ExecutionId id) {
    var one = loaded.get(id);
    return one == null ? Optional.empty() : Optional.of(one.state);
  }

  void forget(ExecutionId id) {
    loaded.remove(id);
  }

  void forgetShard(int shard) {
    loaded.values().removeIf(one -> one.state.ref().shard() == shard);
  }

  /** Its changes are recorded: one that is over need not stay. */
  void settled(ExecutionId id) {
    if (get(id).filter(ExecutionState::terminal).isPresent()) {
      forget(id);
    }
  }

  void dropIdle(Instant now) {
    var before = now.minus(limits.idleAfter());
    var all = loaded.entrySet().iterator();
    while (all.hasNext()) {
      var eldest = all.next().getValue();
      if (loaded.size() <= limits.executionsMax() && eldest.touched.isAfter(before)) {
        return;
      }
      all.remove();
    }
  }

  /** Nothing is decided on it until the server is restarted. */
  void park(ExecutionId id) {
    forget(id);
    parked.add(id);
  }

  boolean parked(ExecutionId id) {
    return parked.contains(id);
  }

  int size() {
    return loaded.size();
  }

  private record Loaded(ExecutionState state, Instant touched) {}
}
