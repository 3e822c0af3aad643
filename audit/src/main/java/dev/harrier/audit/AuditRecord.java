package dev.harrier.audit;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What was done, or is about to be. The log adds time, sequence and chain.
 *
 * @param event the sort of thing
 * @param stage before, after, or at once
 * @param level how much of a request is in it
 * @param outcome how it ended; of an intent, {@link Outcome#PENDING}
 * @param actor who
 * @param source from where
 * @param operation what was called, if something was called
 * @param resources what it was about
 * @param details further facts by name; numbers, truths and short texts, never a caller's values
 */
public record AuditRecord(
    Event event,
    Stage stage,
    Level level,
    Outcome outcome,
    Actor actor,
    Source source,
    Optional<Operation> operation,
    List<Resource> resources,
    SortedMap<String, Object> details) {

  /** When a record is written. */
  public enum Stage {
    /** Before something is changed. */
    INTENT("intent"),
    /** Once the answer is out. */
    COMPLETE("complete"),
    /** Of something that has no before: a login, a start. */
    EVENT("event");

    private final String word;

    Stage(String word) {
      this.word = word;
    }

    /** As it is written. */
    public String word() {
      return word;
    }
  }

  public AuditRecord {
    requireNonNull(event, "event");
    requireNonNull(stage, "stage");
    requireNonNull(level, "level");
    requireNonNull(outcome, "outcome");
    requireNonNull(actor, "actor");
    requireNonNull(source, "source");
    requireNonNull(operation, "operation");
    resources = List.copyOf(resources);
    details = details.isEmpty() ? Collections.emptySortedMap() : new TreeMap<>(details);
  }

  /** Something that happened at once. */
  public static AuditRecord of(
      Event event, Outcome outcome, Actor actor, Source source, SortedMap<String, Object> details) {
    return new AuditRecord(
        event,
        Stage.EVENT,
        Level.METADATA,
        outcome,
        actor,
        source,
        Optional.empty(),
        List.of(),
        details);
  }

  /** Something that the server did by itself. */
  public static AuditRecord system(
      Event event, Outcome outcome, SortedMap<String, Object> details) {
    return of(event, outcome, Actor.SYSTEM, Source.HERE, details);
  }
}
