package dev.harrier.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a fuzzer of others makes of the description of the API: with a login nothing breaks, without
 * one nothing but the closed list answers. It says its seed and a curl command for what it finds.
 */
@Tag("schemathesis")
final class SchemathesisTest {
  private static final Duration LIMIT = Duration.ofMinutes(15);
  private static final Duration EACH = Duration.ofMinutes(2);

  /** Beside the tests of access, which keep to the same list. */
  private static final String REACH =
      "conformance/src/test/resources/dev/harrier/conformance/access/reach.txt";

  @Test
  void nothing_breaks_and_nobody_is_let_in(@TempDir Path folder) throws IOException {
    var python = PythonTool.install(PythonTool.MACHINES, "fuzzers", folder.resolve("cache"));
    try (var harrier = Harrier.start(folder)) {
      var token = harrier.token();
      var description = folder.resolve("openapi.json");
      Files.writeString(description, harrier.api().get("/api/v1/openapi").ok().toString());

      run(folder, python, harrier, Optional.of(token)).succeeded();
      run(folder, python, harrier, Optional.empty()).succeeded();
    }
  }

  private static Ran run(Path folder, Path python, Harrier harrier, Optional<String> token) {
    var fuzzers = Places.scripts().resolveSibling("fuzzers");
    var line =
        new ArrayList<>(
            List.of(
                python.resolveSibling("schemathesis").toString(), "run", "openapi.json", "--url"));
    line.add(harrier.url().toString());
    token.ifPresent(one -> line.addAll(List.of("-H", "authorization: Bearer " + one)));
    line.addAll(
        List.of(
            "--checks=nothing_breaks,nobody_is_let_in",
            "--phases=coverage,fuzzing",
            "--continue-on-failure",
            "--warnings=off",
            "--max-time=" + EACH.toSeconds()));
    return Ran.of(
        folder,
        Map.of(
            "PYTHONPATH",
            fuzzers.toString(),
            "SCHEMATHESIS_HOOKS",
            "closed_list",
            "HARRIER_REACH",
            Places.project().resolve(REACH).toString(),
            "HARRIER_NOBODY",
            token.isPresent() ? "" : "yes"),
        List.copyOf(line),
        LIMIT);
  }
}
