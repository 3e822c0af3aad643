package dev.harrier.testkit;

import static java.util.stream.Collectors.toUnmodifiableSet;

import dev.harrier.idl.engine.v1.ChildRequest;
import dev.harrier.idl.engine.v1.ExecutionSettings;
import dev.harrier.spi.AttemptRow;
import dev.harrier.spi.Batch;
import dev.harrier.spi.Command;
import dev.harrier.spi.DueTimer;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.ExecutionPhase;
import dev.harrier.spi.ExecutionRecord;
import dev.harrier.spi.ExecutionRef;
import dev.harrier.spi.ExecutionRow;
import dev.harrier.spi.Failure;
import dev.harrier.spi.HeldAttempt;
import dev.harrier.spi.HeldPage;
import dev.harrier.spi.HeldPage.After;
import dev.harrier.spi.Journal;
import dev.harrier.spi.NodeRow;
import dev.harrier.spi.PendingCommand;
import dev.harrier.spi.PoisonedBatchException;
import dev.harrier.spi.ShardLease;
import dev.harrier.spi.TimerRow;
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
  private final Map<ExecutionId, Execution> executions = new HashMap<>();
  private final Map<String, CompiledWorkflowClosure> closures = new HashMap<>();
  private final TreeMap<Long, PendingCommand> commands = new TreeMap<>();
  private final Map<Integer, Shard> shards = new HashMap<>();
  private final List<Requested> childRequests = new ArrayList<>();
  private final List<Consumer<PendingCommand>> subscribers = new CopyOnWriteArrayList<>();
  private long lastKey;
  private long lastCommand;
  private final Map<UUID, Optional<Set<Integer>>> outcomes = new HashMap<>();
  private long changes;

  public InMemoryJournal(int shardCount, InstantSource clock) {
    this.shardCount = shardCount;
    this.clock = clock;
    for (var shard = 0; shard < shardCount; shard++) {
      shards.put(shard, new Shard());
    }
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
      var row = queued(now);
      executions.put(id, new Execution(ref, closureDigest, inputs, settings, parent, now, row));
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
    var shard = shard(lease);
    var owner = shard.owner == null ? lease.owner() : shard.owner;
    return new ShardLease(lease.shard(), owner, shard.epoch);
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
    return executions.values().stream().mapToInt(execution -> execution.held.size()).sum();
  }

  private List<PendingCommand> launch(
      Requested requested, Function<Identifier, Optional<String>> closures) {
    var parent = execution(requested.parent.id());
    var request = requested.request;
    var node = parent.nodes.get(request.getNodePath());
    var childId = Wire.executionId(request.getChild());
    if (node == null || node.phase().terminal() || parent.row.phase().terminal()) {
      return List.of();
    }
    if (executions.containsKey(childId)) {
      return List.of(append(parent.ref, new Command.ChildLaunched(node.path(), childId)));
    }
    var digest = closures.apply(request.getLaunchPlan());
    if (digest.isEmpty()) {
      var failure =
          Failure.user(
              "LaunchPlanNotFound",
              "launch plan %s: there is none".formatted(request.getLaunchPlan().getName()));
      return List.of(append(parent.ref, new Command.ChildRefused(node.path(), failure)));
    }
    var ref = new ExecutionRef(childId, ++lastKey, childId.shard(shardCount));
    var now = clock.instant();
    var row = queued(now);
    executions.put(
        childId,
        new Execution(
            ref,
            digest.get(),
            request.getInputs(),
            request.getInherited(),
            Optional.of(new ExecutionRecord.Parent(parent.ref, node.path())),
            now,
            row));
    return List.of(
        append(ref, new Command.Create()),
        append(parent.ref, new Command.ChildLaunched(node.path(), childId)));
  }

  // What the engine does.

  @Override
  public int shardCount() {
    return shardCount;
  }

  @Override
  public synchronized List<ShardLease> acquire(String owner, int limit, Duration length) {
    var now = clock.instant();
    var host = host(owner);
    var taken = new ArrayList<ShardLease>();
    for (var number = 0; number < shardCount && taken.size() < limit; number++) {
      var shard = shards.get(number);
      if (shard == null) {
        continue;
      }
      var held = shard.owner != null && now.isBefore(shard.until);
      var own = owner.equals(shard.owner);
      var earlierLife = shard.owner != null && !own && host(shard.owner).equals(host);
      if ((held && !earlierLife) || (held && own)) {
        continue;
      }
      shard.owner = owner;
      shard.epoch++;
      shard.until = now.plus(length);
      taken.add(new ShardLease(number, owner, shard.epoch));
    }
    return taken;
  }

  @Override
  public synchronized Set<Integer> renew(Collection<ShardLease> leases, Duration length) {
    var held = new HashSet<Integer>();
    for (var lease : leases) {
      var shard = shard(lease);
      if (shard.owner != null
          && shard.owner.equals(lease.owner())
          && shard.epoch == lease.epoch()) {
        shard.until = clock.instant().plus(length);
        held.add(lease.shard());
      }
    }
    return held;
  }

  @Override
  public synchronized void release(Collection<ShardLease> leases) {
    for (var lease : leases) {
      var shard = shard(lease);
      if (lease.owner().equals(shard.owner) && shard.epoch == lease.epoch()) {
        shard.owner = null;
      }
    }
  }

  @Override
  public synchronized List<ExecutionRecord> load(Collection<ExecutionId> ids) {
    return ids.stream()
        .map(executions::get)
        .filter(execution -> execution != null)
        .map(Execution::toRecord)
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
        .flatMap(
            execution ->
                execution.timers.values().stream().map(timer -> new DueTimer(execution.ref, timer)))
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
            .flatMap(
                execution ->
                    execution.attempts.values().stream()
                        .filter(row -> execution.held.contains(AttemptKey.of(row)))
                        .map(row -> new HeldAttempt(execution.ref, row)))
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
        var shard = shard(part.lease());
        if (shard.epoch == part.lease().epoch() && part.lease().owner().equals(shard.owner)) {
          kept.add(part);
        } else {
          lost.add(part.lease().shard());
        }
      }
      if (outcomes.containsKey(batch.id())) {
        throw refused("batch %s: its id is taken", batch.id());
      }
      // All is checked before anything is written: a refused batch leaves no trace.
      for (var part : kept) {
        part.executions().forEach(this::check);
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

  private void check(Batch.ExecutionChange change) {
    var execution = execution(change.ref().id());
    change
        .execution()
        .ifPresent(
            row -> {
              guard(execution.row.revision(), row.revision(), change.ref());
              if (execution.row.phase() != row.phase()
                  && !execution.row.phase().next().contains(row.phase())) {
                throw refused(
                    "%s: %s cannot follow %s", change.ref(), row.phase(), execution.row.phase());
              }
            });
    for (var node : change.insertedNodes()) {
      if (execution.nodes.containsKey(node.path())) {
        throw refused("%s/%s: exists already", change.ref(), node.path());
      }
    }
    for (var node : change.updatedNodes()) {
      var old = execution.nodes.get(node.path());
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
      if (execution.attempts.containsKey(AttemptKey.of(attempt))) {
        throw refused("%s/%s: attempt exists already", change.ref(), attempt.nodePath());
      }
    }
    for (var attempt : change.updatedAttempts()) {
      var old = execution.attempts.get(AttemptKey.of(attempt));
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
  }

  private List<PendingCommand> write(Batch.ExecutionChange change) {
    var execution = execution(change.ref().id());
    change.execution().ifPresent(row -> execution.row = row);
    change.insertedNodes().forEach(node -> execution.nodes.put(node.path(), node));
    change.updatedNodes().forEach(node -> execution.nodes.put(node.path(), node));
    for (var attempt : change.insertedAttempts()) {
      execution.attempts.put(AttemptKey.of(attempt), attempt);
      execution.held.add(AttemptKey.of(attempt));
    }
    change
        .updatedAttempts()
        .forEach(attempt -> execution.attempts.put(AttemptKey.of(attempt), attempt));
    for (var released : change.released()) {
      execution.held.remove(new AttemptKey(released.nodePath(), released.number()));
    }
    change.clearedTimers().forEach(timer -> execution.timers.remove(TimerKey.of(timer)));
    change.setTimers().forEach(timer -> execution.timers.put(TimerKey.of(timer), timer));
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

  private Execution execution(ExecutionId id) {
    var execution = executions.get(id);
    if (execution == null) {
      throw new IllegalArgumentException("execution %s: there is none".formatted(id));
    }
    return execution;
  }

  private Shard shard(ShardLease lease) {
    var shard = shards.get(lease.shard());
    if (shard == null) {
      throw new IllegalArgumentException(
          "shard: expected 0 to %d, got %d".formatted(shardCount - 1, lease.shard()));
    }
    return shard;
  }

  private static String host(String owner) {
    return owner.substring(0, Math.max(0, owner.indexOf('/')));
  }

  private static void guard(int stored, int written, Object of) {
    if (written != stored + 1) {
      throw refused("%s: expected revision %s, got %s", of, stored + 1, written);
    }
  }

  private static PoisonedBatchException refused(String text, Object... arguments) {
    var message = text.formatted(arguments);
    return new PoisonedBatchException(message, new IllegalStateException(message));
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

  private record Requested(ExecutionRef parent, ChildRequest request) {}

  private static final class Shard {
    @org.jspecify.annotations.Nullable String owner;
    long epoch;
    Instant until = Instant.EPOCH;
  }

  private static final class Execution {
    final ExecutionRef ref;
    final String closureDigest;
    final LiteralMap inputs;
    final ExecutionSettings settings;
    final Optional<ExecutionRecord.Parent> parent;
    final Instant createdAt;
    final TreeMap<String, NodeRow> nodes = new TreeMap<>();
    final TreeMap<AttemptKey, AttemptRow> attempts = new TreeMap<>();
    final TreeMap<TimerKey, TimerRow> timers = new TreeMap<>();
    final Set<AttemptKey> held = new HashSet<>();
    ExecutionRow row;

    Execution(
        ExecutionRef ref,
        String closureDigest,
        LiteralMap inputs,
        ExecutionSettings settings,
        Optional<ExecutionRecord.Parent> parent,
        Instant createdAt,
        ExecutionRow row) {
      this.ref = ref;
      this.closureDigest = closureDigest;
      this.inputs = inputs;
      this.settings = settings;
      this.parent = parent;
      this.createdAt = createdAt;
      this.row = row;
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
          attempts.values().stream().map(this::shown).toList(),
          List.copyOf(timers.values()));
    }

    private AttemptRow shown(AttemptRow row) {
      return new AttemptRow(
          row.nodePath(),
          row.number(),
          row.phase(),
          row.createdAt(),
          row.startedAt(),
          row.endedAt(),
          row.updatedAt(),
          row.host(),
          row.logUri(),
          row.failure(),
          !held.contains(AttemptKey.of(row)),
          row.revision());
    }
  }
}
