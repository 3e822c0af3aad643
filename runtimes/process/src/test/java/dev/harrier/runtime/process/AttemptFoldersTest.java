package dev.harrier.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.harrier.runtime.process.folder.TaskUser;
import dev.harrier.spi.machine.MachineUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AttemptFoldersTest {
  @TempDir private Path process = Path.of("");

  private AttemptFolders folders =
      new AttemptFolders(process, SecretMemory.of(process), TaskUser.SERVER);

  @BeforeEach
  void create() throws IOException {
    folders =
        new AttemptFolders(process, SecretMemory.open(process, TaskUser.SERVER), TaskUser.SERVER);
    folders.create();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\0\0\0", "{\"at", "[]"})
  void records_that_a_power_cut_tore_count_as_none(String torn) throws IOException {
    folders.admit("a", 7);
    for (var record : new String[] {"epoch", "facts", "exit", "start"}) {
      Files.writeString(process.resolve("attempts").resolve("a").resolve(record), torn);
    }

    assertThat(folders.admit("a", 3)).isTrue();
    assertThat(folders.facts("a")).isEmpty();
    assertThat(folders.exit("a")).isEmpty();
    assertThat(folders.starter("a")).isEmpty();
    assertThat(folders.decided("a")).isTrue();
  }

  @Test
  void links_that_tasks_planted_lead_nowhere(@TempDir Path outside) throws IOException {
    Files.setPosixFilePermissions(outside, PosixFilePermissions.fromString("rwxr-xr-x"));
    var victim = Files.writeString(outside.resolve("exit"), "{'at': 1, 'incarnation': 'x'}");
    Files.createSymbolicLink(process.resolve("attempts").resolve("a"), outside);

    assertThatThrownBy(() -> folders.admit("a", 7)).isInstanceOf(NotDirectoryException.class);
    assertThatThrownBy(() -> folders.forbid("a", "x")).isInstanceOf(NotDirectoryException.class);
    assertThat(folders.exit("a")).isEmpty();
    folders.delete("a");

    assertThat(victim).isRegularFile();
    assertThat(outside).isDirectoryNotContaining("glob:**{epoch,start}");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(outside)))
        .isEqualTo("rwxr-xr-x");
    assertThat(folders.admit("a", 7)).isTrue();
    Files.createSymbolicLink(process.resolve("attempts").resolve("a").resolve("exit"), victim);
    Files.createSymbolicLink(
        process.resolve("attempts").resolve("a").resolve("facts"), Path.of("/dev/zero"));
    assertThat(folders.exit("a")).isEmpty();
    assertThat(folders.facts("a")).isEmpty();
  }

  @Test
  void what_a_parent_reads_belongs_to_whom_tasks_run_as() throws IOException {
    assumeTrue(MachineUser.thisIsRoot());
    var other = new TaskUser(Optional.of(TaskUser.DEFAULT), Optional.empty());
    var theirs = new AttemptFolders(process, SecretMemory.of(process), other);
    theirs.create();

    assertThat(theirs.admit("a", 7)).isTrue();
    assertThat(theirs.forbid("a", "x")).isTrue();
    assertThat(theirs.forbid("a", "x")).isFalse();

    var folder = process.resolve("attempts").resolve("a");
    assertThat(TaskUser.DEFAULT.owns(folder)).isTrue();
    assertThat(TaskUser.DEFAULT.owns(folder.resolve("epoch"))).isTrue();
    assertThat(TaskUser.DEFAULT.owns(folder.resolve("start"))).isTrue();
    assertThat(theirs.forbidden("a")).contains("x");
  }

  @Test
  void an_older_epoch_is_not_admitted() throws IOException {
    folders.admit("a", 7);

    assertThat(folders.admit("a", 6)).isFalse();
    assertThat(folders.admit("a", 7)).isTrue();
    assertThat(folders.admit("a", 8)).isTrue();
  }

  @Test
  void a_forgotten_attempt_is_remembered_for_a_day() throws IOException {
    var now = Instant.now();
    folders.bury("a", now);
    folders.delete("a");

    folders.sweep(now.plus(Duration.ofHours(23)));
    assertThat(folders.buried("a")).isTrue();

    folders.sweep(now.plus(Duration.ofHours(25)));
    assertThat(folders.buried("a")).isFalse();
  }

  @Test
  void forgetting_one_sweeps_those_whose_day_is_over() throws IOException {
    var now = Instant.now();
    folders.bury("a", now);

    folders.bury("b", now.plus(Duration.ofHours(25)));

    assertThat(folders.buried("a")).isFalse();
  }

  @Test
  void what_ended_after_it_was_forgotten_is_deleted_later() throws IOException {
    folders.admit("a", 1);
    var exit =
        "{\"reason\": \"aborted\", \"message\": \"\", \"exit_code\": null, \"signal\": 9,"
            + " \"ended_at\": 1}";
    Files.writeString(process.resolve("attempts").resolve("a").resolve("exit"), exit);
    folders.bury("a", Instant.now());

    folders.sweep(Instant.now());

    assertThat(process.resolve("attempts").resolve("a")).doesNotExist();
    assertThat(folders.buried("a")).isTrue();
  }
}
