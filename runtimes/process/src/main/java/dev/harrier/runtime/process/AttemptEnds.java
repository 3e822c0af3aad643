package dev.harrier.runtime.process;

import static java.util.Objects.requireNonNull;

import dev.harrier.runtime.process.folder.Names;
import dev.harrier.runtime.process.outcome.AttemptFacts;
import dev.harrier.runtime.process.outcome.ExitRecord;
import dev.harrier.runtime.process.outcome.Outcome;
import dev.harrier.spi.AttemptId;
import dev.harrier.spi.Failure;
import dev.harrier.spi.Observation;
import dev.harrier.spi.StoreUnavailableException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of attempts: of those that ended, of those that never start, of those that somebody
 * asks after, and of those that are forgotten. What is on disk decides, whoever wrote it.
 */
final class AttemptEnds {
  private static final Logger LOG = LoggerFactory.getLogger(AttemptEnds.class);
  private static final Duration BLOB_RETRY_FIRST = Duration.ofMillis(200);
  private static final Duration BLOB_RETRY_MAX = Duration.ofSeconds(30);

  private final TrackedAttempts tracked;
  private final AttemptFolders folders;
  private final Slots slots;
  private final Orphans orphans;
  private final Outcome outcome;
  private final Clock clock;

  /** Ends what may run on although nobody here has a line to it. */
  @FunctionalInterface
  interface Orphans {
    /** Returns when the attempt is over, with its record or without. */
    void end(String name, ParentIdentity starter) throws IOException;
  }

  AttemptEnds(
      TrackedAttempts tracked,
      AttemptFolders folders,
      Slots slots,
      Orphans orphans,
      Outcome outcome,
      Clock clock) {
    this.tracked = requireNonNull(tracked, "tracked");
    this.folders = requireNonNull(folders, "folders");
    this.slots = requireNonNull(slots, "slots");
    this.orphans = requireNonNull(orphans, "orphans");
    this.outcome = requireNonNull(outcome, "outcome");
    this.clock = requireNonNull(clock, "clock");
  }

  // Never started

  /** Tells that an attempt failed before it ran, after making sure that it never will. */
  void refuse(AttemptId id, Failure failure) throws IOException {
    var attempt = tracked.track(id);
    boolean undecided;
    try {
      undecided = folders.forbid(attempt.name(), failure.message());
    } catch (IOException unwritable) {
      LOG.warn("That {} must not start cannot be written down.", id, unwritable);
      undecided = !folders.decided(attempt.name());
    }
    if (undecided) {
      tracked.tellEnd(attempt, new Observation.Failed(id, clock.instant(), failure));
    } else {
      answerAnew(attempt);
    }
  }

  /** Somebody else decided about the attempt: what is on disk counts. */
  void answerAnew(TrackedAttempt attempt) throws IOException {
    if (attempt.aborted()) {
      tellLost(attempt, "it was aborted");
      if (attempt.forgotten()) {
        forget(attempt.name());
      }
    } else {
      tracked.remove(attempt);
      answer(attempt.id());
    }
  }

  // Ended

  /** Takes note of an end that is on record; fine if it is known, or nobody here knows of it. */
  void ended(String name, ExitRecord record) throws IOException {
    slots.release(name);
    var attempt = tracked.find(name);
    if (attempt.isEmpty()) {
      return;
    }
    if (attempt.get().forgotten()) {
      discard(attempt.get());
    } else {
      settle(attempt.get(), record);
    }
  }

  /** What ran in a parent that is gone has left its record, or is lost. */
  void lostWith(WorkerParent parent) {
    // What runs on in a parent that was found again belongs to its new line by now.
    for (var attempt : tracked.all()) {
      if (attempt.runsIn(parent)) {
        try {
          lostWithParent(attempt);
        } catch (IOException | RuntimeException unreadable) {
          // Each by itself: nobody comes back for the others.
          LOG.error("What became of {} cannot be read.", attempt.id(), unreadable);
          tellLost(attempt, "its worker parent is gone and its record cannot be read");
        }
      }
    }
  }

  private void lostWithParent(TrackedAttempt attempt) throws IOException {
    var name = attempt.name();
    slots.release(name);
    var exit = folders.exit(name);
    if (exit.isPresent()) {
      ended(name, exit.get());
    } else if (attempt.forgotten()) {
      discard(attempt);
    } else {
      tellLost(attempt, "its worker parent is gone and left no record of it");
    }
  }

  /** Tells how an attempt ended, unless that is known or being found out. */
  private void settle(TrackedAttempt attempt, ExitRecord record) throws IOException {
    if (!attempt.settle()) {
      return;
    }
    try {
      tellOnceRead(attempt, record);
    } finally {
      // If that went wrong, whoever asks next may try again.
      attempt.settled();
    }
    if (attempt.forgotten()) {
      // Meanwhile, by whoever waits for its end no more.
      discard(attempt);
    }
  }

  /** It has ended, and nobody wants to know. */
  private void discard(TrackedAttempt attempt) throws IOException {
    tracked.remove(attempt);
    folders.delete(attempt.name());
  }

  /** As soon as what it left can be read: nobody else will. */
  private void tellOnceRead(TrackedAttempt attempt, ExitRecord record) {
    var pause = BLOB_RETRY_FIRST;
    while (!tracked.closed()) {
      try {
        tracked.tellEnd(attempt, end(attempt, record));
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
    if (record.reason() == ExitRecord.Reason.DAMAGED) {
      LOG.error("The record of the end of {} is damaged: {}", attempt.id(), record.message());
      return lost(attempt.id(), "the record of its end is damaged");
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

  // Asked after

  /** Tells what is known of an attempt; one that nobody runs is over when this returns. */
  void answer(AttemptId id) throws IOException {
    var name = Names.of(id);
    var attempt = tracked.find(name);
    if (attempt.isPresent()) {
      var seen = attempt.get().seen();
      if (seen.isEmpty() && attempt.get().aborted()) {
        // Whoever aborted it wanted to hear no more; somebody else asks.
        tracked.tell(lost(id, "it was aborted"));
        return;
      }
      seen.ifPresent(tracked::tell);
      endUnheard(attempt.get());
      return;
    }
    if (tellBuried(id)) {
      return;
    }
    var exit = folders.exit(name);
    if (exit.isPresent()) {
      settle(tracked.track(id), exit.get());
      return;
    }
    if (folders.forbid(name, "it was asked after before it was started")) {
      tellLost(tracked.track(id), "it was never started");
      return;
    }
    var forbidden = folders.forbidden(name);
    if (forbidden.isPresent()) {
      tellLost(tracked.track(id), forbidden.get());
      return;
    }
    var starter = folders.starter(name);
    if (tracked.closed()) {
      // Nobody listens any more, and a parent that lives goes on for the next server.
      return;
    }
    if (starter.isPresent()) {
      orphans.end(name, starter.get());
    }
    // It may have written the record at the last moment.
    var late = folders.exit(name);
    if (late.isPresent()) {
      settle(tracked.track(id), late.get());
    } else {
      tellLost(tracked.track(id), "the process that ran it is gone and left no record");
    }
  }

  /** The parent may have written the end of an attempt down although its word of it was lost. */
  private void endUnheard(TrackedAttempt attempt) throws IOException {
    if (attempt.over()) {
      return;
    }
    var exit = folders.exit(attempt.name());
    if (exit.isPresent()) {
      ended(attempt.name(), exit.get());
    }
  }

  // Forgotten

  /** The engine is done with an attempt: it goes now, or as soon as it has ended. */
  void forget(String name) throws IOException {
    folders.bury(name, clock.instant());
    var attempt = tracked.find(name);
    if (attempt.isPresent() && attempt.get().forget()) {
      // It is being killed: its folder goes when it has ended.
      return;
    }
    tracked.remove(name);
    slots.release(name);
    folders.delete(name);
  }

  /** A forgotten attempt never runs again; whoever still asks after it hears that it is lost. */
  boolean tellBuried(AttemptId id) {
    var buried = folders.buried(Names.of(id));
    if (buried) {
      tracked.tell(lost(id, "it was over and forgotten before"));
    }
    return buried;
  }

  private void tellLost(TrackedAttempt attempt, String reason) {
    tracked.tellEnd(attempt, lost(attempt.id(), reason));
  }

  private Observation lost(AttemptId id, String reason) {
    return new Observation.Lost(id, clock.instant(), reason);
  }

  private static String sentence(RuntimeException wrong) {
    var message = wrong.getMessage();
    return message == null ? wrong.toString() : message;
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
