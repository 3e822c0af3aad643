package dev.harrier.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.harrier.runtime.process.folder.Names;
import dev.harrier.runtime.process.folder.TaskUser;
import dev.harrier.runtime.process.outcome.AttemptFacts;
import dev.harrier.runtime.process.outcome.Outcome;
import dev.harrier.spi.AttemptId;
import dev.harrier.spi.DataLayout;
import dev.harrier.spi.Observation;
import dev.harrier.testkit.Observed;
import flyteidl.core.Interface.VariableMap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of attempts by what is on disk, without a process. */
final class AttemptEndsTest {
  private static final AttemptId ID = Workshop.attempt("n0");
  private static final String NAME = Names.of(ID);
  private static final Slots.Share ALL = new Slots.Share(1000, 1000);

  @TempDir private Path home = Path.of("");
  @TempDir private Path data = Path.of("");

  private final Observed observed = new Observed();
  private final TrackedAttempts tracked = new TrackedAttempts();
  private final Slots slots = new Slots(ALL.cpuMillis(), ALL.memoryBytes());

  private AttemptFolders folders = new AttemptFolders(home, SecretMemory.of(home), TaskUser.SERVER);
  private AttemptEnds ends = ends();

  @BeforeEach
  void begin() throws IOException {
    tracked.observe(observed);
    folders = new AttemptFolders(home, SecretMemory.of(home), TaskUser.SERVER);
    folders.create();
    ends = ends();
    var facts =
        new AttemptFacts(
            ID,
            DataLayout.outputPrefix(ID),
            VariableMap.getDefaultInstance(),
            "n0",
            ALL.cpuMillis(),
            ALL.memoryBytes());
    folders.prepare(NAME, facts, new JsonObject(), AttemptSecrets.Found.NOTHING);
    assertThat(tracked.track(ID).leaveQueue()).isTrue();
    slots.acquire(NAME, ALL, () -> {});
  }

  @Test
  void whoever_asks_again_hears_an_end_of_which_the_parents_word_was_lost() throws IOException {
    slots.acquire("next", ALL, () -> {});
    leaveExit();

    ends.answer(ID);

    assertThat(observed.of(ID)).hasSize(1).first().isInstanceOf(Observation.Succeeded.class);
    assertThat(slots.waiting()).as("those that wait for its slot").isZero();
  }

  @Test
  void an_attempt_without_a_record_of_its_end_goes_on() throws IOException {
    ends.answer(ID);

    assertThat(observed.of(ID)).isEmpty();
    assertThat(tracked.find(NAME)).isPresent();
  }

  @Test
  void an_end_that_waits_for_the_store_is_told_once_however_often_it_is_asked_after()
      throws Exception {
    leaveExit();
    var obstacle = obstacle();
    var heard = inBackground(() -> ends.ended(NAME, folders.exit(NAME).orElseThrow()));
    Processes.await(() -> heard.getState() == Thread.State.TIMED_WAITING);

    var asked = inBackground(() -> ends.answer(ID));

    // One waits for the store already, and another would wait as long.
    Processes.await(() -> !asked.isAlive());
    assertThat(observed.of(ID)).isEmpty();
    Files.delete(obstacle);
    heard.join();
    assertThat(observed.of(ID)).hasSize(1).first().isInstanceOf(Observation.Succeeded.class);
  }

  @Test
  void a_damaged_record_is_an_end_all_the_same() throws IOException {
    Files.writeString(exit(), "{\"attempt\": \"%s\"}".formatted(NAME));

    ends.answer(ID);

    assertThat(observed.of(ID)).hasSize(1).first().isInstanceOf(Observation.Lost.class);
  }

  @Test
  void one_that_was_aborted_before_it_ran_is_lost_to_whoever_asks() throws IOException {
    assertThat(tracked.find(NAME).orElseThrow().abort()).isFalse();

    ends.answer(ID);

    assertThat(observed.of(ID)).hasSize(1).first().isInstanceOf(Observation.Lost.class);
  }

  @Test
  void one_that_is_forgotten_while_its_end_waits_for_the_store_leaves_nothing() throws Exception {
    leaveExit();
    var obstacle = obstacle();
    var heard = inBackground(() -> ends.ended(NAME, folders.exit(NAME).orElseThrow()));
    Processes.await(() -> heard.getState() == Thread.State.TIMED_WAITING);

    ends.forget(NAME);
    Files.delete(obstacle);
    heard.join();

    assertThat(tracked.find(NAME)).isEmpty();
    assertThat(exit()).doesNotExist();
  }

  /** A folder in the place of what is to be read: the store does not answer. */
  private Path obstacle() throws IOException {
    return Files.createDirectories(
        new FolderBlobs(data).path(DataLayout.outputPrefix(ID).child("error.pb")));
  }

  private interface Work {
    void run() throws IOException;
  }

  private static Thread inBackground(Work work) {
    return Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                work.run();
              } catch (IOException broken) {
                throw new UncheckedIOException(broken);
              }
            });
  }

  private AttemptEnds ends() {
    return new AttemptEnds(
        tracked,
        folders,
        slots,
        (name, starter) -> {
          throw new AssertionError("no parent has " + name);
        },
        new Outcome(new FolderBlobs(data)),
        Clock.systemUTC());
  }

  private Path exit() {
    return home.resolve("attempts").resolve(NAME).resolve("exit");
  }

  private void leaveExit() throws IOException {
    Files.writeString(
        exit(),
        """
        {"attempt": "%s", "reason": "exit", "message": "", "exit_code": 0, "signal": null,
         "ended_at": %s}
        """
            .formatted(NAME, Instant.now().getEpochSecond()));
  }
}
