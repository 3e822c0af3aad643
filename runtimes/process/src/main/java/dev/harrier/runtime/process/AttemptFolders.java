package dev.harrier.runtime.process;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.harrier.runtime.process.folder.Folders;
import dev.harrier.runtime.process.folder.TaskUser;
import dev.harrier.runtime.process.outcome.AttemptFacts;
import dev.harrier.runtime.process.outcome.ExitRecord;
import dev.harrier.spi.machine.HeldFolder;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is on disk of each attempt, by its encoded name. Shared with the parents: a {@code start}
 * record is created by exactly one, the parent that starts the attempt or the server that forbids
 * it; an {@code exit} record appears whole or not at all. A record that a power cut has emptied or
 * torn counts as none.
 *
 * <p>Of a forgotten attempt an empty file stays for {@link #REMEMBERED_FOR}, so that a late start
 * of it finds that its time is over.
 */
final class AttemptFolders {
  /** How long it is known of a forgotten attempt that it must not run again. */
  static final Duration REMEMBERED_FOR = Duration.ofDays(1);

  private static final Duration SWEEP_EVERY = Duration.ofHours(1);
  private static final String START = "start";
  private static final String EXIT = "exit";
  private static final String EPOCH = "epoch";
  private static final String FACTS = "facts";
  private static final String REQUEST = "request";
  private static final String FORBIDDEN = "forbidden";

  private final Path attempts;
  private final Path work;
  private final Path logs;
  private final Path forgotten;
  private final SecretMemory secrets;
  private final TaskUser user;
  private Instant swept = Instant.EPOCH;

  AttemptFolders(Path process, SecretMemory secrets, TaskUser user) {
    this.attempts = process.resolve("attempts");
    this.work = process.resolve("work");
    this.logs = process.resolve("logs");
    this.forgotten = process.resolve("forgotten");
    this.secrets = secrets;
    this.user = user;
  }

  void create() throws IOException {
    // What tasks cannot undo is the server's alone.
    Folders.createPrivate(forgotten);
    for (var folder : List.of(work, logs, attempts)) {
      user.give(Folders.createPrivate(folder));
    }
  }

  Path attempts() {
    return attempts;
  }

  Path work() {
    return work;
  }

  Path logs() {
    return logs;
  }

  Path work(String name) {
    return work.resolve(name);
  }

  /** What an attempt may read to call the API; gone with the attempt. */
  Path api(String name) {
    return attempts.resolve(name).resolve("api");
  }

  /** Who owns what parents and attempts read or write. */
  TaskUser user() {
    return user;
  }

  /** Where the secrets of attempts lie until their keepers have them. */
  SecretMemory secrets() {
    return secrets;
  }

  /** Where the output of an attempt is kept, while it runs and after it is forgotten. */
  Path log(String name) {
    return log(logs, name);
  }

  static Path log(Path logs, String name) {
    return logs.resolve(name + ".log");
  }

  /**
   * Remembers the epoch of who asks.
   *
   * @return whether it is at least as high as any seen for the attempt
   */
  synchronized boolean admit(String name, long epoch) throws IOException {
    var file = attempts.resolve(name).resolve(EPOCH);
    var seen = Folders.text(attempts, file).flatMap(AttemptFolders::number);
    if (seen.isPresent() && seen.get() >= epoch) {
      return seen.get() == epoch;
    }
    user.folder(attempts.resolve(name));
    user.replace(attempts, file, Long.toString(epoch));
    return true;
  }

  /** Writes what the keeper and a later server must know, before the start. */
  void prepare(String name, AttemptFacts facts, JsonObject request, AttemptSecrets.Found found)
      throws IOException {
    user.folder(attempts.resolve(name));
    if (!found.empty()) {
      secrets.leave(name, found);
    }
    user.replace(attempts, attempts.resolve(name).resolve(FACTS), facts.toJson().toString());
    user.replace(attempts, attempts.resolve(name).resolve(REQUEST), request.toString());
  }

  Optional<AttemptFacts> facts(String name) throws IOException {
    return json(attempts.resolve(name).resolve(FACTS))
        .filter(record -> !record.isEmpty())
        .map(AttemptFacts::of);
  }

  Optional<ExitRecord> exit(String name) throws IOException {
    return json(attempts.resolve(name).resolve(EXIT))
        .filter(record -> !record.isEmpty())
        .map(ExitRecord::of);
  }

  /** Whether somebody has started the attempt or forbidden its start. */
  boolean decided(String name) {
    return Files.exists(attempts.resolve(name).resolve(START));
  }

  /** Why the attempt may never start; empty if nobody forbade it. */
  Optional<String> forbidden(String name) throws IOException {
    return json(attempts.resolve(name).resolve(START))
        .filter(record -> record.has(FORBIDDEN))
        .map(record -> record.get(FORBIDDEN).getAsString());
  }

  /** The parent that started the attempt; empty if none is on record. */
  Optional<ParentIdentity> starter(String name) throws IOException {
    return json(attempts.resolve(name).resolve(START))
        .filter(record -> record.has("incarnation"))
        .map(ParentIdentity::of);
  }

  /**
   * Takes the place of the start record, so that nobody can start the attempt any more.
   *
   * @return false if somebody had started or forbidden it before
   */
  boolean forbid(String name, String why) throws IOException {
    user.folder(attempts.resolve(name));
    var record = new JsonObject();
    record.addProperty(FORBIDDEN, why);
    try (var folder = HeldFolder.open(attempts, attempts.resolve(name))) {
      folder.create(START, record.toString(), user.owner());
      folder.delete(REQUEST);
    } catch (FileAlreadyExistsException there) {
      return false;
    }
    secrets.forget(name);
    return true;
  }

  /** Remembers for a while that an attempt is over and must not run again. */
  void bury(String name, Instant now) throws IOException {
    var file = forgotten.resolve(name);
    if (!Files.exists(file)) {
      Files.writeString(file, "");
    }
    if (sweepDue(now)) {
      sweepForgotten(now);
    }
  }

  /** Whether an attempt was forgotten, not longer ago than is remembered. */
  boolean buried(String name) {
    return Files.exists(forgotten.resolve(name));
  }

  /** Deletes all of an attempt but its log and the memory that it is over. */
  void delete(String name) throws IOException {
    secrets.forget(name);
    Folders.delete(work.resolve(name));
    Folders.delete(attempts.resolve(name));
  }

  /** Deletes what crashes left in the way: folders of attempts that are forgotten. */
  void sweep(Instant now) throws IOException {
    sweepForgotten(now);
    secrets.sweep(attempts);
    List<Path> orphans;
    try (var folders = Files.list(work)) {
      orphans =
          folders.filter(folder -> !Files.exists(attempts.resolve(folder.getFileName()))).toList();
    }
    for (var orphan : orphans) {
      Folders.delete(orphan);
    }
  }

  private synchronized boolean sweepDue(Instant now) {
    if (now.isBefore(swept.plus(SWEEP_EVERY))) {
      return false;
    }
    swept = now;
    return true;
  }

  private void sweepForgotten(Instant now) throws IOException {
    List<Path> all;
    try (var files = Files.list(forgotten)) {
      all = files.toList();
    }
    for (var file : all) {
      var name = String.valueOf(file.getFileName());
      if (Files.exists(attempts.resolve(name))) {
        // It was being killed when its server died. Without a record of its end it may still be.
        if (exit(name).isPresent()) {
          delete(name);
        }
      } else if (buriedAt(file).plus(REMEMBERED_FOR).isBefore(now)) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static Instant buriedAt(Path file) throws IOException {
    return Files.getLastModifiedTime(file).toInstant();
  }

  private Optional<JsonObject> json(Path file) throws IOException {
    return Folders.text(attempts, file).map(AttemptFolders::record);
  }

  private static JsonObject record(String text) {
    // One that a power cut emptied or tore is as good as none but for its existence.
    try {
      var json = JsonParser.parseString(text);
      return json.isJsonObject() ? json.getAsJsonObject() : new JsonObject();
    } catch (JsonParseException torn) {
      return new JsonObject();
    }
  }

  private static Optional<Long> number(String text) {
    try {
      return Optional.of(Long.parseLong(text.strip()));
    } catch (NumberFormatException torn) {
      return Optional.empty();
    }
  }
}
