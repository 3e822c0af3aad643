package dev.harrier.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a scanner of others says of a running server's TLS. */
@Tag("scans")
final class ScansTest {
  private static final Duration LIMIT = Duration.ofMinutes(10);

  @Test
  void sslyze_finds_it_compliant_with_mozillas_intermediate_profile(@TempDir Path folder) {
    var python = PythonTool.install(PythonTool.MACHINES, "scanners", folder.resolve("cache"));
    try (var harrier = Harrier.startWithTls(folder)) {
      var ran =
          Ran.of(
              folder,
              Map.of(),
              List.of(
                  python.toString(),
                  "-m",
                  "sslyze",
                  "--mozilla_config=intermediate",
                  "--certinfo_ca_file=" + harrier.authorityFile(),
                  harrier.url().getAuthority()),
              LIMIT);

      assertThat(ran.succeeded().words())
          .contains("OK - Compliant")
          .contains("OK - Certificate is trusted")
          .contains("Not vulnerable to Heartbleed")
          .doesNotContain("VULNERABLE -");
    }
  }
}
