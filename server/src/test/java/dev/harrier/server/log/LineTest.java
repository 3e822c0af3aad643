package dev.harrier.server.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

final class LineTest {
  private static final String FORGED = "x\n2026-01-31T12:00:00Z ERROR forged\u001b[31m";

  @Test
  void a_line_names_time_level_place_and_message() {
    assertThat(new TextLine().format(entry("ready")))
        .isEqualTo("2026-01-31T12:00:00.123Z WARN  server.Wiring  ready%n".formatted());
  }

  @Test
  void a_message_cannot_forge_a_line() {
    var text = new TextLine().format(entry(FORGED));
    var json = new JsonLine().format(entry(FORGED));

    assertThat(text.lines()).hasSize(1);
    assertThat(text).contains("x\\n2026").doesNotContain("\u001b");
    assertThat(json.lines()).hasSize(1);
    assertThat(JsonParser.parseString(json).getAsJsonObject().get("message").getAsString())
        .isEqualTo(FORGED);
  }

  @Test
  void the_text_of_an_error_cannot_forge_a_line_either() {
    var entry = entry("failed");
    entry.setThrown(new IllegalStateException(FORGED));

    assertThat(new TextLine().format(entry).lines().skip(1))
        .isNotEmpty()
        .allSatisfy(line -> assertThat(line).startsWith("    ").doesNotContain("\u001b"));
    assertThat(new JsonLine().format(entry).lines()).hasSize(1);
  }

  private static LogRecord entry(String message) {
    var entry = new LogRecord(Level.WARNING, message);
    entry.setLoggerName("dev.harrier.server.Wiring");
    entry.setInstant(Instant.parse("2026-01-31T12:00:00.123456Z"));
    return entry;
  }
}
