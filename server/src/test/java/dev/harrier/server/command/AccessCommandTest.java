package dev.harrier.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.server.config.ConfigurationException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

final class AccessCommandTest {
  @TempDir private Path folder = Path.of("");

  @BeforeEach
  void write() throws IOException {
    Files.writeString(
        folder.resolve("access.yaml"),
        """
        apiVersion: authz/v1
        bindings:
          - {name: runners, subjects: ["user:ada"], role: runner, scope: {project: team-a}}
        denies:
          - {name: no-people, subjects: ["user:*"], permissions: ["execution:create"], scope: {domain: production}}
        tests:
          - {name: t1, subjects: ["user:ada"], permission: "execution:create", scope: {project: team-a, domain: production}, expect: deny}
          - {name: t2, subjects: ["user:ada"], permission: "execution:create", scope: {project: team-a, domain: staging}, expect: allow}
        """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "lint | 0",
        "test | 0",
        "why user:ada execution:create --project team-a --domain staging | 0",
        "why user:ada execution:create --project team-a --domain production | 1",
        "why user:bob execution:create --project team-a --domain staging | 1",
        "why user:ada execution:terminate --project team-a --domain staging | 0",
        "who-can execution:create --project team-a --domain staging | 0"
      })
  void the_exit_code_says_what_was_decided(String line, int code) {
    assertThat(run(line)).isEqualTo(code);
  }

  @Test
  void why_tells_the_permission_from_the_subjects() {
    assertThat(
            said(
                () ->
                    run(
                        "why user:bob,group:ml execution:create --project team-a --domain staging")))
        .contains("execution:create on project 'team-a', domain 'staging': denied")
        .contains("deny 'no-people' takes from user:*");
  }

  @Test
  void the_first_policy_of_a_home_is_tried_against_none() throws IOException {
    var first = Files.move(folder.resolve("access.yaml"), folder.resolve("first.yaml"));

    assertThat(said(() -> execute("simulate --home " + folder + " --policy " + first)))
        .contains("user:ada", "execution:create");
  }

  private static String said(IntSupplier command) {
    var said = new ByteArrayOutputStream();
    var before = System.out;
    System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      var unused = command.getAsInt();
    } finally {
      System.setOut(before);
    }
    return said.toString(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource({
    "why bob execution:create",
    "why user:bob exection:create",
    "why user:bob execution:create --domain staging",
    "who-can exection:create"
  })
  void what_cannot_be_asked_is_refused(String line) {
    assertThat(run(line)).isEqualTo(2);
  }

  @Test
  void a_policy_that_is_not_sound_or_not_there_is_an_error() throws IOException {
    Files.writeString(folder.resolve("access.yaml"), "apiVersion: authz/v1\nbindings: [7]\n");

    assertThat(run("lint")).isNotZero();
    Files.delete(folder.resolve("access.yaml"));
    assertThat(run("test")).isNotZero();
  }

  private int run(String line) {
    return execute(line + " --policy " + folder.resolve("access.yaml"));
  }

  private static int execute(String line) {
    return new CommandLine(new AccessCommand())
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> failure instanceof ConfigurationException ? 2 : 1)
        .execute(line.split(" "));
  }
}
