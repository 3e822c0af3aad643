package dev.harrier.runtime.process;

import dev.harrier.runtime.process.folder.Names;
import dev.harrier.runtime.process.outcome.ExitRecord;
import dev.harrier.runtime.process.outcome.Outcome;
import dev.harrier.runtime.process.python.PythonEnvironment;
import dev.harrier.runtime.process.sandbox.SandboxReport;
import dev.harrier.runtime.process.sandbox.Walls;
import dev.harrier.spi.AttemptId;
import dev.harrier.spi.AttemptStart;
import dev.harrier.spi.BlobStore;
import dev.harrier.spi.Failure;
import dev.harrier.spi.Observation;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.StoreUnavailableException;
import dev.harrier.spi.TaskRuntime;
import flyteidl.core.Tasks.TaskTemplate;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs each attempt as a process of this machine.
 *
 * <p>An attempt runs in a worker parent, which outlives this object and its JVM. All that must
 * survive is on disk: a new runtime on the same home finds what runs and what has ended.
 */
public final class ProcessTaskRuntime implements TaskRuntime {
  private static final Logger LOG = LoggerFactory.getLogger(ProcessTaskRuntime.class);
  private final ProcessRuntimeSettings settings;
  private final SandboxReport sandbox;
  private final AttemptFolders folders;
  private final Optional<AttemptApi> api;
  private final AttemptSecrets secrets;
  private final AttemptPlan plan;
  private final Slots slots;
  private final WorkerParents parents;
  private final AttemptEnds ends;
  private final HandOver handOver;
  private final String host;
  private final Map<Path, PythonEnvironment> pythons = new ConcurrentHashMap<>();
  private final TrackedAttempts tracked = new TrackedAttempts();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  private ProcessTaskRuntime(
      ProcessRuntimeSettings settings,
      Clock clock,
      Workplace workplace,
      BlobStore blobs,
      AttemptSecrets secrets,
      Optional<ApiForTasks> api) {
    this.settings = settings;
    this.sandbox = workplace.sandbox();
    this.folders = workplace.folders();
    this.api = api.map(found -> new AttemptApi(found, folders));
    this.secrets = secrets;
    this.plan = new AttemptPlan(settings, workplace, blobs, this.api);
    this.slots = new Slots(settings.capacity().cpuMillis(), settings.capacity().memoryBytes());
    this.parents = new WorkerParents(settings, workplace, new ParentListener());
    var orphans = new OrphanedAttempts(parents, folders);
    this.ends = new AttemptEnds(tracked, folders, slots, orphans::end, new Outcome(blobs), clock);
    this.handOver = new HandOver(plan, parents, folders, tracked, ends);
    this.host = hostName();
    pythons.put(workplace.python().interpreter(), workplace.python());
  }

  /**
   * Looks at the interpreter and at what walls this machine allows, and makes the folders.
   *
   * @param api that tasks may call; without it they have none
   * @throws RejectedException if the default interpreter has no flytekit, or tasks would run
   *     without walls and that is not allowed; the message says what mends it
   */
  public static ProcessTaskRuntime open(
      ProcessRuntimeSettings settings,
      BlobStore blobs,
      AttemptSecrets secrets,
      Optional<ApiForTasks> api,
      Clock clock)
      throws IOException {
    return open(settings, blobs, secrets, api, clock, Walls.NAMESPACES);
  }

  static ProcessTaskRuntime open(
      ProcessRuntimeSettings settings,
      BlobStore blobs,
      AttemptSecrets secrets,
      Optional<ApiForTasks> api,
      Clock clock,
      Walls best)
      throws IOException {
    var workplace = Workplace.open(settings, clock.instant(), best, api.map(ApiForTasks::url));
    return new ProcessTaskRuntime(settings, clock, workplace, blobs, secrets, api);
  }

  /** What stands between tasks and this machine. */
  public SandboxReport sandbox() {
    return sandbox;
  }

  /** How many attempts wait for a slot. */
  public int waiting() {
    return slots.waiting();
  }

  /** The file that holds what an attempt printed; it may not be there yet. */
  public Path log(AttemptId attempt) {
    return folders.log(Names.of(attempt));
  }

  /**
   * The same file below a folder of logs, as a process finds it that runs no tasks.
   *
   * @param logs {@code process/logs} of the home of whoever runs them
   */
  public static Path log(Path logs, AttemptId attempt) {
    return AttemptFolders.log(logs, Names.of(attempt));
  }

  /** For tests that break their lines. */
  WorkerParents parents() {
    return parents;
  }

  @Override
  public void observe(Consumer<Observation> observer) {
    tracked.observe(observer);
    try {
      parents.adopt();
    } catch (IOException unreadable) {
      throw new StoreUnavailableException("the folder of worker parents", unreadable);
    }
    api.ifPresent(one -> one.start(() -> tracked.all().stream().map(TrackedAttempt::id).toList()));
  }

  @Override
  public Optional<String> refusal(TaskTemplate task) {
    return Refusals.of(task);
  }

  @Override
  public void start(AttemptStart start) {
    atOnce(start.id(), () -> begin(start));
  }

  @Override
  public void abort(AttemptId attempt, long epoch, String reason) {
    atOnce(attempt, () -> end(attempt, epoch, reason));
  }

  @Override
  public void acknowledge(AttemptId attempt) {
    atOnce(attempt, () -> ends.forget(Names.of(attempt)));
  }

  @Override
  public void reconcile(Collection<AttemptId> attempts) {
    for (var attempt : attempts) {
      later(attempt, () -> ends.answer(attempt));
    }
  }

  @Override
  public void close() {
    tracked.close();
    api.ifPresent(AttemptApi::close);
    parents.close();
    // Not now: an interrupt in the middle of a start would look like the death of its parent.
    threads.shutdown();
  }

  // Starting

  private void begin(AttemptStart start) throws IOException {
    var name = Names.of(start.id());
    if (ends.tellBuried(start.id())) {
      return;
    }
    if (!folders.admit(name, start.epoch())) {
      LOG.warn("Refused to start {}: epoch {} is older than one seen.", start.id(), start.epoch());
      return;
    }
    if (tracked.find(name).isPresent() || folders.decided(name)) {
      // Not here: reading what it left may take as long as the blob store does not answer.
      later(start.id(), () -> ends.answer(start.id()));
      return;
    }
    Resources resources;
    try {
      resources = Resources.of(start.task().getContainer(), settings.capacity());
    } catch (RejectedException wrong) {
      ends.refuse(
          start.id(), Failure.user("BadTaskSpecification", String.valueOf(wrong.getMessage())));
      return;
    }
    var attempt = new TrackedAttempt(start.id());
    if (!tracked.add(attempt)) {
      return;
    }
    // Again, now that whoever forgets it finds it here.
    if (ends.tellBuried(start.id())) {
      tracked.remove(attempt);
      folders.delete(name);
      return;
    }
    slots.acquire(
        name, resources.share(), () -> later(start.id(), () -> launch(attempt, start, resources)));
  }

  private void launch(TrackedAttempt attempt, AttemptStart start, Resources resources)
      throws IOException {
    var name = attempt.name();
    if (!attempt.leaveQueue()) {
      slots.release(name);
      return;
    }
    try {
      var found = secrets(start);
      if (found.isEmpty()) {
        slots.release(name);
        return;
      }
      var python = python(start.task().getContainer().getImage());
      plan.writeInputs(start);
      var request = plan.request(start, python, found.get());
      folders.prepare(name, plan.facts(start, resources), request, found.get());
      if (!handOver.begin(start, resources, python)) {
        // Decided before: an abort, or an earlier start that an earlier server sent.
        slots.release(name);
        ends.answerAnew(attempt);
      }
    } catch (RejectedException wrong) {
      slots.release(name);
      ends.refuse(
          start.id(), Failure.user("BadTaskSpecification", String.valueOf(wrong.getMessage())));
    } catch (IOException | RuntimeException failed) {
      if (tracked.closed()) {
        return;
      }
      slots.release(name);
      LOG.warn("Starting {} failed.", start.id(), failed);
      ends.refuse(start.id(), Failure.system("WorkerParentFailed", sentence(failed)));
    }
  }

  /** What the attempt asks for; empty if it was refused for want of it. */
  private Optional<AttemptSecrets.Found> secrets(AttemptStart start) throws IOException {
    try {
      return Optional.of(secrets.of(start));
    } catch (RejectedException missing) {
      ends.refuse(start.id(), Failure.user("SecretNotAvailable", sentence(missing)));
    } catch (StoreUnavailableException unavailable) {
      LOG.warn("The secrets of {} cannot be had now: {}", start.id(), sentence(unavailable));
      ends.refuse(start.id(), Failure.system("SecretsUnavailable", sentence(unavailable)));
    }
    return Optional.empty();
  }

  private PythonEnvironment python(String image) {
    // Not computeIfAbsent: asking an interpreter takes a while, and the map would wait for it.
    var interpreter = settings.python(image);
    var known = pythons.get(interpreter);
    if (known != null) {
      return known;
    }
    var asked = PythonEnvironment.of(interpreter);
    pythons.put(interpreter, asked);
    return asked;
  }

  // Ending

  private void end(AttemptId id, long epoch, String reason) throws IOException {
    if (tracked.closed()) {
      throw new IOException("the runtime is closed and has no line to what runs");
    }
    var name = Names.of(id);
    if (folders.buried(name)) {
      return;
    }
    if (!folders.admit(name, epoch)) {
      LOG.warn("Refused to abort {}: epoch {} is older than one seen.", id, epoch);
      return;
    }
    if (tracked.find(name).filter(TrackedAttempt::abort).isPresent()) {
      slots.release(name);
    }
    if (!folders.forbid(name, "it was aborted: " + reason)) {
      if (folders.forbidden(name).isEmpty() && folders.exit(name).isEmpty()) {
        parents.abort(name, folders.starter(name), reason);
      }
    }
  }

  private void parentGone(WorkerParent parent) {
    if (tracked.closed()) {
      return;
    }
    if (!parents.reconnected(parent)) {
      parents.forget(parent);
      parents.end(parent.identity());
    }
    ends.lostWith(parent);
  }

  private final class ParentListener implements WorkerParent.Listener {
    @Override
    public void started(WorkerParent parent, String name, Instant at) {
      try {
        var known = tracked.find(name);
        if (known.isEmpty()) {
          // An earlier server's.
          var facts = folders.facts(name);
          if (facts.isEmpty()) {
            return;
          }
          known = Optional.of(tracked.track(facts.get().id()));
          slots.adopt(name, new Slots.Share(facts.get().cpuMillis(), facts.get().memoryBytes()));
          // The server may have been away for longer than its token lasts.
          var id = facts.get().id();
          api.ifPresent(one -> one.renewIfPossible(id));
        }
        var attempt = known.get();
        var log = folders.log(name).toUri().toString();
        var seen = new Observation.Started(attempt.id(), at, host, log);
        if (attempt.start(parent, seen)) {
          tracked.tell(seen);
        }
      } catch (IOException unreadable) {
        LOG.error("The facts of the running attempt {} cannot be read.", name, unreadable);
      }
    }

    @Override
    public void ended(String name, ExitRecord record) {
      later(name, () -> ends.ended(name, record));
    }

    @Override
    public void gone(WorkerParent parent) {
      if (!tracked.closed()) {
        later("a worker parent", () -> parentGone(parent));
      }
    }
  }

  /** Work that may touch the disk. */
  private interface Work {
    void run() throws IOException;
  }

  /** In the order of the calls, since the last of them counts; the engine tries again. */
  private static void atOnce(AttemptId attempt, Work work) {
    try {
      work.run();
    } catch (IOException failed) {
      throw new StoreUnavailableException("process runtime, %s".formatted(attempt), failed);
    }
  }

  private void later(Object what, Work work) {
    try {
      threads.execute(
          () -> {
            try {
              work.run();
            } catch (IOException | RuntimeException failed) {
              // Whoever owns the shard next asks again; what is on disk decides then.
              LOG.error("Work for {} failed.", what, failed);
            }
          });
    } catch (RejectedExecutionException closing) {
      LOG.debug("Closed before the work for {}.", what);
    }
  }

  private static String sentence(Exception failed) {
    var message = failed.getMessage();
    return message == null ? failed.toString() : message;
  }

  private static String hostName() {
    try {
      return java.net.InetAddress.getLocalHost().getHostName();
    } catch (java.net.UnknownHostException nameless) {
      return "localhost";
    }
  }
}
