package dev.harrier.spi.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ShortProgramTest {
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final Duration SHORT = Duration.ofMillis(500);

  @Test
  void tells_what_was_said_and_how_it_ended() throws IOException {
    var ended =
        shell("read word; echo \"$word $NAME\"; echo alas >&2; exit 3", LONG)
            .withEnvironment(Map.of("NAME", "harrier"))
            .withInput("hello\n")
            .run();

    assertThat(ended).isEqualTo(new ShortProgram.Ended(3, "hello harrier\nalas"));
    assertThat(ended.succeeded()).isFalse();
    assertThat(ended.reason()).isEqualTo("hello harrier\nalas");
    assertThat(shell("exit 4", LONG).run().reason()).isEqualTo("exit code 4");
  }

  @Test
  void one_that_never_ends_is_ended_with_its_children_though_it_says_nothing(@TempDir Path folder)
      throws IOException {
    var child = folder.resolve("child");

    assertThatThrownBy(() -> shell("sleep 600 & echo $! > " + child + "; sleep 600", SHORT).run())
        .isInstanceOf(ShortProgram.NotDoneException.class)
        .hasMessageContaining("no answer within");

    var sleeper = ProcessHandle.of(Long.parseLong(Files.readString(child).strip()));
    assertThat(
            sleeper.map(
                one -> one.onExit().orTimeout(20, java.util.concurrent.TimeUnit.SECONDS).join()))
        .satisfiesAnyOf(
            gone -> assertThat(gone).isEmpty(),
            gone -> assertThat(gone.orElseThrow().isAlive()).isFalse());
  }

  @Test
  void more_than_is_kept_is_read_to_its_end() throws IOException {
    var ended = shell("head -c 3000000 /dev/zero | tr '\\0' x", LONG).run();

    assertThat(ended.output()).hasSize(1 << 20);
    assertThat(ended.succeeded()).isTrue();
  }

  @Test
  void an_output_that_a_child_keeps_open_is_not_waited_for() throws IOException {
    var ended = shell("echo done; sleep 5 &", LONG).run();

    assertThat(ended).isEqualTo(new ShortProgram.Ended(0, "done"));
  }

  @Test
  void one_that_reads_nothing_and_does_not_end_is_ended() {
    assertThatThrownBy(() -> shell("sleep 600", SHORT).withInput("x".repeat(1 << 20)).run())
        .isInstanceOf(ShortProgram.NotDoneException.class);
  }

  @Test
  void an_interrupt_ends_it() throws IOException {
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> shell("sleep 600", LONG).run())
        .isInstanceOf(InterruptedIOException.class);

    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void one_that_does_not_exist_is_told() {
    assertThatThrownBy(() -> ShortProgram.of(List.of("/nowhere/at-all"), LONG).run())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("/nowhere/at-all");
  }

  @Test
  void one_that_reads_nothing_may_end_before_it_is_given_anything() throws IOException {
    assertThat(shell("exec true", LONG).withInput("x".repeat(1 << 20)).run().succeeded()).isTrue();
  }

  private static ShortProgram shell(String script, Duration limit) {
    return ShortProgram.of(List.of("sh", "-c", script), limit);
  }
}
