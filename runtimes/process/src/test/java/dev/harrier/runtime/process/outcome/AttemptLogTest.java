package dev.harrier.runtime.process.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The last words of an attempt. */
final class AttemptLogTest {
  @Test
  void a_link_in_the_place_of_a_log_has_no_tail(@TempDir Path logs, @TempDir Path outside)
      throws IOException {
    var log = logs.resolve("a.log");
    Files.createSymbolicLink(log, Files.writeString(outside.resolve("secret"), "secret"));
    assertThat(AttemptLog.tail(log)).isEmpty();

    Files.delete(log);
    assertThat(AttemptLog.tail(log)).isEmpty();
    Files.writeString(log, "x".repeat(3000) + "\nlast\n");
    assertThat(AttemptLog.tail(log)).endsWith("x\nlast").hasSizeLessThan(2048);
  }
}
