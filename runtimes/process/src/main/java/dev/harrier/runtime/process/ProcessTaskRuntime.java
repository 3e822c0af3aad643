package dev.harrier.runtime.process;

import static java.util.Objects.requireNonNull;

import dev.harrier.runtime.process.folder.Names;
import dev.harrier.runtime.process.outcome.AttemptFacts;
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
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;
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
  private static final Duration BLOB_RETRY_FIRST = Duration.ofMillis(200);
  private static final Duration BLOB_RETRY_MAX = Duration.ofSeconds(30);

  private final ProcessRuntimeSettings settings;
  private final Clock clock;
  private final SandboxReport sandbox;
  private final AttemptFolders folders;
  private final Optional<AttemptApi> api;
  private final AttemptSecrets secrets;
  private final AttemptPlan plan;
  private final Outcome outcome;
  private final Slots slots;
  private final WorkerParents parents;
  private final OrphanedAttempts orphans;
  private final String host;
  private final Map<Path, PythonEnvironment> pythons = new ConcurrentHashMap<>();
  private final Map<String, TrackedAttempt> tracked = new ConcurrentHashMap<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private volatile Consumer<Observation> receiver =
      seen -> {
        throw new IllegalStateException("observe() comes before all else");
      };
  private volatile boolean closed;

  private ProcessTaskRuntime(
      ProcessRuntimeSettings settings,
      Clock clock,
      Workplace workplace,
      BlobStore blobs,
      AttemptSecrets secrets,
      Optional<ApiForTasks> api) {
    this.settings = settings;
    this.clock = clock;
    this.sandbox = workplace.sandbox();
    this.folders = workplace.folders();
    this.api = api.map(found -> new AttemptApi(found, folders));
    this.secrets = secrets;
    this.plan = new AttemptPlan(settings, workplace, blobs, this.api);
    this.outcome = new Outcome(blobs);
    this.slots = new Slots(settings.capacity().cpuMillis(), settings.capacity().memoryBytes());
    this.parents = new WorkerParents(settings, workplace, new ParentListener());
    this.orphans = new OrphanedAttempts(parents, folders);
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
    receiver = requireNonNull(observer, "observer");
    try {
      parents.adopt();
    } catch (IOException unreadable) {
      throw new StoreUnavailableException("the folder of worker parents", unreadable);
    }
    api.ifPresent(
        one -> one.start(() -> tracked.values().stream().map(TrackedAttempt::id).toList()));
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
    atOnce(attempt, () -> forget(Names.of(attempt)));
  }

  @Override
  public void reconcile(Collection<AttemptId> attempts) {
    for (var attempt : attempts) {
      later(attempt, () -> answer(attempt));
    }
  }

  @Override
  public void close() {
    closed = true;
    api.ifPresent(AttemptApi::close);
    parents.close();
    // Not now: an interrupt in the middle of a start would look like the death of its parent.
    threads.shutdown();
  }

  // Starting

  private void begin(AttemptStart start) throws IOException {
    var name = Names.of(start.id());
    if (tellBuried(start.id())) {
      return;
    }
    if (!folders.admit(name, start.epoch())) {
      LOG.warn("Refused to start {}: epoch {} is older than one seen.", start.id(), start.epoch());
      return;
    }
    if (tracked.containsKey(name) || folders.decided(name)) {
      // Not here: reading what it left may take as long as the blob store does not answer.
      later(start.id(), () -> answer(start.id()));
      return;
    }
    Resources resources;
    try {
      resources = Resources.of(start.task().getContainer(), settings.capacity());
    } catch (RejectedException wrong) {
      refuse(start.id(), Failure.user("BadTaskSpecification", String.valueOf(wrong.getMessage())));
      return;
    }
    var attempt = new TrackedAttempt(start.id());
    if (tracked.putIfAbsent(name, attempt) != null) {
      return;
    }
    // Again, now that whoever forgets it finds it here.
    if (tellBuried(start.id())) {
      tracked.remove(name, attempt);
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
      if (!handOver(start, resources, python)) {
        // Decided before: an abort, or an earlier start that an earlier server sent.
        slots.release(name);
        answerAnew(attempt);
      }
    } catch (RejectedException wrong) {
      slots.release(name);
      refuse(start.id(), Failure.user("BadTaskSpecification", String.valueOf(wrong.getMessage())));
    } catch (IOException | RuntimeException failed) {
      if (closed) {
        return;
      }
      slots.release(name);
      LOG.warn("Starting {} failed.", start.id(), failed);
      refuse(start.id(), Failure.system("WorkerParentFailed", sentence(failed)));
    }
  }

  /** What the attempt asks for; empty if it was refused for want of it. */
  private Optional<AttemptSecrets.Found> secrets(AttemptStart start) throws IOException {
    try {
      return Optional.of(secrets.of(start));
    } catch (RejectedException missing) {
      refuse(start.id(), Failure.user("SecretNotAvailable", sentence(missing)));
    } catch (StoreUnavailableException unavailable) {
      LOG.warn("The secrets of {} cannot be had now: {}", start.id(), sentence(unavailable));
      refuse(start.id(), Failure.system("SecretsUnavailable", sentence(unavailable)));
    }
    return Optional.empty();
  }

  /** Returns false if the attempt was started or forbidden before. */
  private boolean handOver(AttemptStart start, Resources resources, PythonEnvironment python)
      throws IOException {
    var name = Names.of(start.id());
    var limits = plan.limits(start, resources);
    var scope = start.id().node().execution().scope();
    var parent = parents.get(scope, python, plan.data(start));
    try {
      return parent.start(name, limits);
    } catch (WorkerParent.RefusedException refused) {
      // This attempt alone: the parent lives, and all else that it runs.
      throw refused;
    } catch (IOException broken) {
      if (closed) {
        // We broke the line ourselves; the next server finds what became of it.
        return true;
      }
      if (!parent.open() && parents.reconnected(parent)) {
        return handedOver(name) || parents.get(scope, python, plan.data(start)).start(name, limits);
      }
      // Most likely it died before we noticed. Once it is gone for sure the record tells whether it
      // had begun; if not, another one may.
      parents.forget(parent);
      parent.close();
      parents.end(parent.identity());
      return !folders.decided(name)
          && parents.get(scope, python, plan.data(start)).start(name, limits);
    }
  }

  /** Whether a parent took the attempt before its line broke; if it has ended, that is told. */
  private boolean handedOver(String name) throws IOException {
    if (!folders.decided(name) || folders.forbidden(name).isPresent()) {
      return false;
    }
    var exit = folders.exit(name);
    if (exit.isPresent()) {
      ended(name, exit.get());
    }
    return true;
  }

  /** Tells that an attempt failed before it ran, after making sure that it never will. */
  private void refuse(AttemptId id, Failure failure) throws IOException {
    var attempt = track(id);
    boolean undecided;
    try {
      undecided = folders.forbid(attempt.name(), failure.message());
    } catch (IOException unwritable) {
      LOG.warn("That {} must not start cannot be written down.", id, unwritable);
      undecided = !folders.decided(attempt.name());
    }
    if (undecided) {
      tellEnd(attempt, new Observation.Failed(id, clock.instant(), failure));
    } else {
      answerAnew(attempt);
    }
  }

  /** Somebody else decided about the attempt: what is on disk counts. */
  private void answerAnew(TrackedAttempt attempt) throws IOException {
    if (attempt.aborted()) {
      tellEnd(attempt, lost(attempt.id(), "it was aborted"));
      if (attempt.forgotten()) {
        forget(attempt.name());
      }
    } else {
      tracked.remove(attempt.name(), attempt);
      answer(attempt.id());
    }
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
    if (closed) {
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
    var attempt = tracked.get(name);
    if (attempt != null && attempt.abort()) {
      slots.release(name);
    }
    if (!folders.forbid(name, "it was aborted: " + reason)) {
      if (folders.forbidden(name).isEmpty() && folders.exit(name).isEmpty()) {
        parents.abort(name, folders.starter(name), reason);
      }
    }
  }

  private void ended(String name, ExitRecord record) throws IOException {
    slots.release(name);
    var attempt = tracked.get(name);
    if (attempt == null) {
      return;
    }
    if (attempt.forgotten()) {
      tracked.remove(name, attempt);
      folders.delete(name);
    } else {
      settle(attempt, record);
    }
  }

  /** Tells how an attempt ended, as soon as what it left can be read: nobody else will. */
  private void settle(TrackedAttempt attempt, ExitRecord record) {
    var pause = BLOB_RETRY_FIRST;
    while (!closed) {
      try {
        tellEnd(attempt, end(attempt, record));
        return;
      } catch (IOException | StoreUnavailableException unavailable) {
        // The record stays until the engine has it: nothing is lost by waiting for the store.
        LOG.warn("Reading what {} left failed: {}", attempt.id(), unavailable.getMessage());
        LockSupport.parkNanos(pause.toNanos());
        pause = min(pause.multipliedBy(2), BLOB_RETRY_MAX);
      }
    }
  }

  private Observation end(TrackedAttempt attempt, ExitRecord record) throws IOException {
    if (record.reason() == ExitRecord.Reason.ABORTED) {
      return lost(attempt.id(), "it was aborted: " + record.message());
    }
    Optional<AttemptFacts> facts;
    try {
      facts = folders.facts(attempt.name());
    } catch (RuntimeException damaged) {
      LOG.error("The facts of {} are damaged.", attempt.id(), damaged);
      return lost(attempt.id(), "its end is recorded, but what it should have made is damaged");
    }
    return facts.isPresent()
        ? judged(facts.get(), record)
        : lost(attempt.id(), "its end is recorded, but not what it should have made");
  }

  private Observation judged(AttemptFacts facts, ExitRecord record) throws IOException {
    try {
      return outcome.of(facts, record, folders.log(Names.of(facts.id())));
    } catch (StoreUnavailableException unavailable) {
      throw unavailable;
    } catch (RuntimeException wrong) {
      LOG.error("What {} left cannot be judged.", facts.id(), wrong);
      var why = "What the task left cannot be judged: " + sentence(wrong);
      return new Observation.Failed(
          facts.id(), record.endedAt(), Failure.system("OutcomeUnreadable", why));
    }
  }

  private void forget(String name) throws IOException {
    folders.bury(name, clock.instant());
    var attempt = tracked.get(name);
    if (attempt != null && attempt.forget()) {
      // It is being killed: its folder goes when it has ended.
      return;
    }
    tracked.remove(name);
    slots.release(name);
    folders.delete(name);
  }

  // Asking

  private void answer(AttemptId id) throws IOException {
    var name = Names.of(id);
    var attempt = tracked.get(name);
    if (attempt != null) {
      attempt.seen().ifPresent(this::tell);
      return;
    }
    if (tellBuried(id)) {
      return;
    }
    var exit = folders.exit(name);
    if (exit.isPresent()) {
      settle(track(id), exit.get());
      return;
    }
    if (folders.forbid(name, "it was asked after before it was started")) {
      tellEnd(track(id), lost(id, "it was never started"));
      return;
    }
    var forbidden = folders.forbidden(name);
    if (forbidden.isPresent()) {
      tellEnd(track(id), lost(id, forbidden.get()));
      return;
    }
    var starter = folders.starter(name);
    if (closed) {
      // Nobody listens any more, and a parent that lives goes on for the next server.
      return;
    }
    if (starter.isPresent()) {
      orphans.end(name, starter.get());
    }
    // It may have written the record at the last moment.
    var late = folders.exit(name);
    if (late.isPresent()) {
      settle(track(id), late.get());
    } else {
      tellEnd(track(id), lost(id, "the process that ran it is gone and left no record"));
    }
  }

  /** A forgotten attempt never runs again; whoever still asks after it hears that it is lost. */
  private boolean tellBuried(AttemptId id) {
    var buried = folders.buried(Names.of(id));
    if (buried) {
      tell(lost(id, "it was over and forgotten before"));
    }
    return buried;
  }

  private TrackedAttempt track(AttemptId id) {
    return tracked.computeIfAbsent(Names.of(id), missing -> new TrackedAttempt(id));
  }

  private void parentGone(WorkerParent parent) throws IOException {
    if (closed) {
      return;
    }
    if (!parents.reconnected(parent)) {
      parents.forget(parent);
      parents.end(parent.identity());
    }
    // What runs on in a parent that was found again belongs to its new line by now.
    for (var attempt : List.copyOf(tracked.values())) {
      if (attempt.runsIn(parent)) {
        var name = attempt.name();
        slots.release(name);
        var exit = folders.exit(name);
        if (exit.isPresent()) {
          ended(name, exit.get());
        } else if (attempt.forgotten()) {
          tracked.remove(name, attempt);
          folders.delete(name);
        } else {
          tellEnd(
              attempt, lost(attempt.id(), "its worker parent is gone and left no record of it"));
        }
      }
    }
  }

  // Telling

  private void tellEnd(TrackedAttempt attempt, Observation end) {
    if (attempt.end(end)) {
      tell(end);
    }
  }

  private void tell(Observation seen) {
    if (!closed) {
      receiver.accept(seen);
    }
  }

  private Observation lost(AttemptId id, String reason) {
    return new Observation.Lost(id, clock.instant(), reason);
  }

  private final class ParentListener implements WorkerParent.Listener {
    @Override
    public void started(WorkerParent parent, String name, Instant at) {
      try {
        var attempt = tracked.get(name);
        if (attempt == null) {
          // An earlier server's.
          var facts = folders.facts(name);
          if (facts.isEmpty()) {
            return;
          }
          attempt = track(facts.get().id());
          slots.adopt(name, new Slots.Share(facts.get().cpuMillis(), facts.get().memoryBytes()));
          // The server may have been away for longer than its token lasts.
          var id = attempt.id();
          api.ifPresent(one -> one.renewIfPossible(id));
        }
        var log = folders.log(name).toUri().toString();
        var seen = new Observation.Started(attempt.id(), at, host, log);
        if (attempt.start(parent, seen)) {
          tell(seen);
        }
      } catch (IOException unreadable) {
        LOG.error("The facts of the running attempt {} cannot be read.", name, unreadable);
      }
    }

    @Override
    public void ended(String name, ExitRecord record) {
      later(name, () -> ProcessTaskRuntime.this.ended(name, record));
    }

    @Override
    public void gone(WorkerParent parent) {
      if (!closed) {
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

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static String hostName() {
    try {
      return java.net.InetAddress.getLocalHost().getHostName();
    } catch (java.net.UnknownHostException nameless) {
      return "localhost";
    }
  }
}
