package dev.harrier.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.server.tls.LocalAuthority;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

final class TlsCommandTest {
  @TempDir private Path home = Path.of("");

  @Test
  void a_renewal_keeps_the_names_but_those_that_it_is_told_to_drop() throws Exception {
    var authority = new LocalAuthority(home.resolve("tls"));
    run("tls", "init", "--name", "flyte.example.org", "--name", "10.0.0.1", "--name", "fe80::1");

    run("tls", "init", "--name", "new.example.org");
    assertThat(authority.names())
        .contains(
            "localhost", "flyte.example.org", "10.0.0.1", "fe80:0:0:0:0:0:0:1", "new.example.org")
        .doesNotHaveDuplicates();
    run("tls", "init", "--drop", "flyte.example.org", "--drop", "fe80::1");

    assertThat(authority.names())
        .contains("localhost", "10.0.0.1", "new.example.org")
        .doesNotContain("flyte.example.org", "fe80:0:0:0:0:0:0:1");
  }

  @ParameterizedTest
  @CsvSource({
    "localhost:99999, expected a port from 1 to 65535",
    "localhost:0, expected a port from 1 to 65535",
  })
  void a_port_that_cannot_be_is_told_in_a_sentence(String server, String words) {
    assertThat(refusal("tls", "check", server)).isInstanceOf(IOException.class);
    assertThat(refusal("tls", "check", server)).hasMessageContaining(words);
  }

  @Test
  void an_authority_that_is_not_there_is_named() {
    assertThat(refusal("tls", "check", "--ca", "/nonexistent", "localhost"))
        .hasMessageContaining("expected a file of certificates")
        .hasMessageContaining("/nonexistent");
  }

  private void run(String... arguments) {
    assertThat(line().execute(withHome(arguments))).isZero();
  }

  private Throwable refusal(String... arguments) {
    var failures = new ArrayList<Throwable>();
    var line = line();
    line.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          failures.add(failure);
          return 1;
        });
    line.execute(withHome(arguments));
    return failures.getFirst();
  }

  private String[] withHome(String... arguments) {
    var all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--home", home.toString()));
    return all.toArray(String[]::new);
  }

  private static CommandLine line() {
    return new CommandLine(new HarrierCommand());
  }
}
