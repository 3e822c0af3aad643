package dev.harrier.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.security.policy.PolicyReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators are shown as a policy or as settings can be used as it stands. */
final class OperatorsPagesTest {
  private static final Path PAGES = Path.of("..", "docs", "operate");
  private static final Pattern BLOCK = Pattern.compile("(?m)(^    .*\\n|^\\n(?=    ))+");

  @Test
  void every_policy_is_sound() throws IOException {
    var policies = blocks("apiVersion:");

    assertThat(policies).isNotEmpty().allSatisfy(text -> PolicyReader.read(text));
  }

  @Test
  void every_setting_is_known(@TempDir Path folder) throws IOException {
    var settings = blocks("server:");

    assertThat(settings).isNotEmpty();
    for (var text : settings) {
      var file = Files.writeString(folder.resolve("config.yaml"), text);
      assertThat(ConfigReader.read(Optional.of(file), Map.of(), Map.of())).isNotNull();
    }
  }

  private static List<String> blocks(String first) throws IOException {
    var found = new ArrayList<String>();
    try (var pages = Files.list(PAGES)) {
      for (var page : pages.sorted().toList()) {
        BLOCK
            .matcher(Files.readString(page))
            .results()
            .map(block -> block.group().stripTrailing().stripIndent().strip() + "\n")
            .filter(block -> block.startsWith(first))
            .forEach(found::add);
      }
    }
    return found;
  }
}
