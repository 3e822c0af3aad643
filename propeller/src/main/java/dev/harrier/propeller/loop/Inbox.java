package dev.harrier.propeller.loop;

import dev.harrier.propeller.decide.Input;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.ProjectDomain;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What waits to be decided on, by project and domain, then by execution: projects take turns, and
 * so do executions within a project. For one thread.
 */
final class Inbox {
  private final LinkedHashMap<ProjectDomain, LinkedHashMap<ExecutionId, ArrayDeque<Input>>> scopes =
      new LinkedHashMap<>();
  private final Set<Long> commands = new HashSet<>();
  private final LinkedHashMap<ExecutionId, ArrayDeque<Input>> leftOver = new LinkedHashMap<>();

  /** Adds an input; a command that waits already, or is being decided on, is not added again. */
  void add(Input input) {
    if (input instanceof Input.Asked asked && !commands.add(asked.command().id())) {
      return;
    }
    var id = input.execution();
    scopes
        .computeIfAbsent(id.scope(), scope -> new LinkedHashMap<>())
        .computeIfAbsent(id, execution -> new ArrayDeque<>())
        .add(input);
  }

  /** Puts inputs back, to be decided on before what came after them. */
  void putBack(Work work) {
    var queue =
        scopes
            .computeIfAbsent(work.execution().scope(), scope -> new LinkedHashMap<>())
            .computeIfAbsent(work.execution(), execution -> new ArrayDeque<>());
    work.inputs().reversed().forEach(queue::addFirst);
  }

  /** Inputs that were dealt with for good: their commands may be forgotten. */
  void done(Work work) {
    for (var input : work.inputs()) {
      if (input instanceof Input.Asked asked) {
        commands.remove(asked.command().id());
      }
    }
  }

  /** Takes the inputs of the execution whose turn it is. */
  Optional<Work> next(int inputsMax) {
    var scope = scopes.pollFirstEntry();
    if (scope == null) {
      return Optional.empty();
    }
    var entry = scope.getValue().pollFirstEntry();
    if (entry == null) {
      throw new IllegalStateException(
          "inbox: project %s waits with nothing".formatted(scope.getKey()));
    }
    var taken = new ArrayList<Input>();
    while (!entry.getValue().isEmpty() && taken.size() < inputsMax) {
      taken.add(entry.getValue().remove());
    }
    // What is left waits for the next drain: two shares of one execution in a batch would write the
    // same row twice.
    if (!entry.getValue().isEmpty()) {
      leftOver.put(entry.getKey(), entry.getValue());
    }
    if (!scope.getValue().isEmpty()) {
      scopes.put(scope.getKey(), scope.getValue());
    }
    return Optional.of(new Work(entry.getKey(), taken));
  }

  /** A drain has taken all that it takes: what was left of an execution gets back in line. */
  void taken() {
    leftOver.forEach(
        (id, inputs) ->
            scopes.computeIfAbsent(id.scope(), scope -> new LinkedHashMap<>()).put(id, inputs));
    leftOver.clear();
  }

  /** Forgets what waits for some of the executions; their commands may be added again. */
  void forget(Predicate<ExecutionId> which) {
    for (var queues : scopes.values()) {
      queues.forEach(
          (id, inputs) -> {
            if (which.test(id)) {
              done(new Work(id, List.copyOf(inputs)));
            }
          });
      queues.keySet().removeIf(which);
    }
    scopes.values().removeIf(LinkedHashMap::isEmpty);
  }

  void clear() {
    scopes.clear();
    leftOver.clear();
    commands.clear();
  }

  /** The inputs of one execution, in the order in which they came. */
  record Work(ExecutionId execution, List<Input> inputs) {
    Work {
      inputs = List.copyOf(inputs);
    }
  }
}
