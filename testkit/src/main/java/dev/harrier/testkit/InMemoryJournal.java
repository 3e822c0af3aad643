package dev.harrier.testkit;

import static java.util.stream.Collectors.toUnmodifiableSet;

import dev.harrier.idl.engine.v1.ChildRequest;
import dev.harrier.idl.engine.v1.ExecutionSettings;
import dev.harrier.spi.Batch;
import dev.harrier.spi.Command;
import dev.harrier.spi.DueTimer;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.ExecutionRecord;
import dev.harrier.spi.ExecutionRef;
import dev.harrier.spi.Failure;
import dev.harrier.spi.HeldPage;
import dev.harrier.spi.HeldPage.After;
import dev.harrier.spi.Journal;
import dev.harrier.spi.PendingCommand;
import dev.harrier.spi.ShardLease;
import dev.harrier.spi.Wire;
import flyteidl.core.Compiler.CompiledWorkflowClosure;
import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.Literals.LiteralMap;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A {@link Journal} in memory, with the verbs of admin that a test needs beside it. All state is
 * gone with the object; a crash of the engine leaves it whole.
 */
public final class InMemoryJournal implements Journal {
  private final int shardCount;
  private final InstantSource clock;
  private final Map<ExecutionId, ExecutionInMemory> executions = new HashMap<>();
  private final Map<String, CompiledWorkflowClosure> closures = new HashMap<>();
  private final TreeMap<Long, PendingCommand> commands = new TreeMap<>();
  private final LeasesInMemory leases;
  private final List<Requested> childRequests = new ArrayList<>();
  private final List<Consumer<PendingCommand>> subscribers = new CopyOnWriteArrayList<>();
  private long lastKey;
  private long lastCommand;
  private final Map<UUID, Optional<Set<Integer>>> outcomes = new HashMap<>();
  private long changes;

  public InMemoryJournal(int shardCount, InstantSource clock) {
    this.shardCount = shardCount;
    this.clock = clock;
    this.leases = new LeasesInMemory(shardCount, clock);
  }

  // What admin does.

  /** Keeps a compiled graph under its digest. */
  public synchronized void putClosure(String digest, CompiledWorkflowClosure closure) {
    closures.put(digest, closure);
  }

  /** Creates an execution with its first command, in one step, and hands the command over. */
  public ExecutionRef create(
      ExecutionId id,
      String closureDigest,
      LiteralMap inputs,
      ExecutionSettings settings,
      Optional<ExecutionRecord.Parent> parent) {
    PendingCommand command;
    synchronized (this) {
      if (executions.containsKey(id)) {
        throw new IllegalArgumentException("execution %s: exists already".formatted(id));
      }
      var ref = new ExecutionRef(id, ++lastKey, id.shard(shardCount));
      var now = clock.instant();
      executions.put(id, new ExecutionInMemory(ref, closureDigest, inputs, settings, parent, now));
      command = append(ref, new Command.Create());
    }
    handOver(List.of(command));
    return command.ref();
  }

  /** Asks something of an execution that exists, and hands the command over. */
  public void post(ExecutionId id, Command command) {
    PendingCommand pending;
    synchronized (this) {
      pending = append(execution(id).ref, command);
    }
    handOver(List.of(pending));
  }

  /**
   * Carries out the children that nodes asked for, as admin does: a child is created if its node
   * still runs, else refused.
   *
   * @param closures the graph of a launch plan; empty refuses the child
   * @return how many requests there were
   */
  public int launchChildren(Function<Identifier, Optional<String>> closures) {
    var made = new ArrayList<PendingCommand>();
    int count;
    synchronized (this) {
      count = childRequests.size();
      for (var requested : childRequests) {
        made.addAll(launch(requested, closures));
      }
      childRequests.clear();
    }
    handOver(made);
    return count;
  }

  /** The lease that would be taken for valid on that shard now. */
  public synchronized ShardLease current(ShardLease lease) {
    return leases.current(lease);
  }

  /** Everything known of an execution, for assertions. */
  public synchronized ExecutionRecord record(ExecutionId id) {
    return execution(id).toRecord();
  }

  /** All executions, in the order of their creation. */
  public synchronized List<ExecutionRef> executions() {
    return executions.values().stream()
        .map(execution -> execution.ref)
        .sorted(Comparator.comparingLong(ExecutionRef::key))
        .toList();
  }

  /** Rises with everything that is written. */
  public synchronized long changes() {
    return changes;
  }

  /** Commands not consumed yet. */
  public synchronized int pendingCommands() {
    return commands.size();
  }

  /** Attempts not released yet. */
  public synchronized int heldAttempts() {
    return (int) executions.values().stream().flatMap(ExecutionInMemory::held).count();
  }

  private List<PendingCommand> launch(
      Requested requested, Function<Identifier, Optional<String>> closures) {
    var parent = execution(requested.parent.id());
    var request = requested.request;
    var path = request.getNodePath();
    var childId = Wire.executionId(request.getChild());
    if (!parent.runs(path)) {
      return List.of();
    }
    if (executions.containsKey(childId)) {
      return List.of(append(parent.ref, new Command.ChildLaunched(path, childId)));
    }
    var digest = closures.apply(request.getLaunchPlan());
    if (digest.isEmpty()) {
      var failure =
          Failure.user(
              "LaunchPlanNotFound",
              "launch plan %s: there is none".formatted(request.getLaunchPlan().getName()));
      return List.of(append(parent.ref, new Command.ChildRefused(path, failure)));
    }
    var ref = new ExecutionRef(childId, ++lastKey, childId.shard(shardCount));
    var now = clock.instant();
    executions.put(
        childId,
        new ExecutionInMemory(
            ref,
            digest.get(),
            request.getInputs(),
            request.getInherited(),
            Optional.of(new ExecutionRecord.Parent(parent.ref, path)),
            now));
    return List.of(
        append(ref, new Command.Create()),
        append(parent.ref, new Command.ChildLaunched(path, childId)));
  }

  // What the engine does.

  @Override
  public int shardCount() {
    return shardCount;
  }

  @Override
  public synchronized List<ShardLease> acquire(String owner, int limit, Duration length) {
    return leases.acquire(owner, limit, length);
  }

  @Override
  public synchronized Set<Integer> renew(Collection<ShardLease> renewed, Duration length) {
    return leases.renew(renewed, length);
  }

  @Override
  public synchronized void release(Collection<ShardLease> released) {
    leases.release(released);
  }

  @Override
  public synchronized List<ExecutionRecord> load(Collection<ExecutionId> ids) {
    return ids.stream()
        .map(executions::get)
        .filter(execution -> execution != null)
        .map(ExecutionInMemory::toRecord)
        .toList();
  }

  @Override
  public synchronized CompiledWorkflowClosure closure(String digest) {
    var closure = closures.get(digest);
    if (closure == null) {
      throw new IllegalStateException("closure %s: there is none".formatted(digest));
    }
    return closure;
  }

  @Override
  public synchronized List<PendingCommand> commands(Collection<Integer> wanted, int limit) {
    return commands.values().stream()
        .filter(command -> wanted.contains(command.ref().shard()))
        .limit(limit)
        .toList();
  }

  @Override
  public synchronized List<DueTimer> timers(Collection<Integer> wanted, Instant until, int limit) {
    return executions.values().stream()
        .filter(execution -> wanted.contains(execution.ref.shard()))
        .flatMap(execution -> execution.timers().map(timer -> new DueTimer(execution.ref, timer)))
        .filter(due -> !due.timer().dueAt().isAfter(until))
        .sorted(
            Comparator.comparing((DueTimer due) -> due.timer().dueAt())
                .thenComparing(due -> due.ref().key()))
        .limit(limit)
        .toList();
  }

  @Override
  public synchronized HeldPage held(int shard, Optional<After> after, int limit) {
    var found =
        executions.values().stream()
            .filter(execution -> execution.ref.shard() == shard)
            .flatMap(ExecutionInMemory::held)
            .sorted(Comparator.comparing(After::of))
            .filter(held -> after.isEmpty() || After.of(held).compareTo(after.get()) > 0)
            .limit(limit)
            .toList();
    return new HeldPage(
        found, found.size() == limit ? Optional.of(After.of(found.getLast())) : Optional.empty());
  }

  @Override
  public Set<Integer> commit(Batch batch) {
    var lost = new HashSet<Integer>();
    var posted = new ArrayList<PendingCommand>();
    synchronized (this) {
      var kept = new ArrayList<Batch.Part>();
      for (var part : batch.parts()) {
        if (leases.held(part.lease())) {
          kept.add(part);
        } else {
          lost.add(part.lease().shard());
        }
      }
      if (outcomes.containsKey(batch.id())) {
        throw ExecutionInMemory.refused("batch %s: its id is taken", batch.id());
      }
      // All is checked before anything is written: a refused batch leaves no trace.
      for (var part : kept) {
        for (var change : part.executions()) {
          execution(change.ref().id()).check(change);
        }
      }
      outcomes.put(
          batch.id(),
          Optional.of(
              kept.stream().map(part -> part.lease().shard()).collect(toUnmodifiableSet())));
      for (var part : kept) {
        changes++;
        for (var change : part.executions()) {
          posted.addAll(write(change));
        }
      }
    }
    handOver(posted);
    return lost;
  }

  @Override
  public synchronized Optional<Set<Integer>> outcome(UUID batch) {
    return outcomes.computeIfAbsent(batch, asked -> Optional.empty());
  }

  @Override
  public Subscription subscribe(Consumer<PendingCommand> sink) {
    subscribers.add(sink);
    return () -> subscribers.remove(sink);
  }

  private List<PendingCommand> write(Batch.ExecutionChange change) {
    var execution = execution(change.ref().id());
    execution.write(change);
    change.consumed().forEach(commands::remove);
    change.children().forEach(child -> childRequests.add(new Requested(change.ref(), child)));
    var posted = new ArrayList<PendingCommand>();
    for (var message : change.posted()) {
      var receiver = executions.get(message.to());
      if (receiver != null) {
        posted.add(append(receiver.ref, message.command()));
      }
    }
    return posted;
  }

  private PendingCommand append(ExecutionRef ref, Command command) {
    changes++;
    // Through bytes, as a real store: what cannot be stored shows here.
    var pending = new PendingCommand(++lastCommand, ref, Command.parse(command.toBytes()));
    commands.put(pending.id(), pending);
    return pending;
  }

  private void handOver(List<PendingCommand> made) {
    for (var command : made) {
      subscribers.forEach(subscriber -> subscriber.accept(command));
    }
  }

  private ExecutionInMemory execution(ExecutionId id) {
    var execution = executions.get(id);
    if (execution == null) {
      throw new IllegalArgumentException("execution %s: there is none".formatted(id));
    }
    return execution;
  }

  private record Requested(ExecutionRef parent, ChildRequest request) {}
}
