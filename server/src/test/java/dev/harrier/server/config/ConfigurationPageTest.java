package dev.harrier.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The operators' page of settings names each of them, and none that is not there. */
final class ConfigurationPageTest {
  private static final Path PAGE = Path.of("..", "docs", "operate", "configuration.md");

  /** Maps and lists of groups: no text sets them, so no variable does. */
  private static final List<String> STRUCTURED =
      List.of(
          "audit.levels",
          "audit.sinks",
          "auth.userAuth.providers",
          "secrets.sources",
          "tasks.egress",
          "tasks.environment",
          "tasks.images");

  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([A-Za-z.]+)` \\|");

  @Test
  void the_page_names_every_setting_and_no_other() throws IOException {
    var named = new TreeSet<String>();
    ROW.matcher(Files.readString(PAGE)).results().forEach(row -> named.add(row.group(1)));

    var settings = new TreeSet<>(RecordReader.paths(HarrierConfig.DEFAULTS, ""));
    settings.addAll(STRUCTURED);
    assertThat(named).containsExactlyElementsOf(settings);
  }
}
