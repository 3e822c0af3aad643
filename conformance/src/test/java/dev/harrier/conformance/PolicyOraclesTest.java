package dev.harrier.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import dev.harrier.secrets.Programs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Decisions beside those of Cedar and of Open Policy Agent, which know nothing of this program but
 * the policies. {@code ./build --oracles} runs it; the system property {@code harrier.oracles.seed}
 * repeats a run.
 */
@Tag("oracles")
final class PolicyOraclesTest {
  private static final int POLICIES = 2000;
  private static final int QUESTIONS = 50;
  private static final Duration LIMIT = Duration.ofMinutes(10);

  private final long seed = Long.getLong("harrier.oracles.seed", new Random().nextLong());
  @TempDir private Path folder = Path.of("");

  @BeforeEach
  void writeCases() throws IOException {
    var cases = new PolicyCases(seed);
    try (var out = Files.newBufferedWriter(folder.resolve("cases.jsonl"))) {
      for (var number = 0; number < POLICIES; number++) {
        out.write(cases.next(QUESTIONS).toString());
        out.newLine();
      }
    }
  }

  @Test
  void cedar_decides_the_same() {
    var scripts = Places.scripts().resolveSibling("oracles");
    var python = PythonTool.install(PythonTool.MACHINES, "oracles", folder.resolve("cache"));

    var ran =
        run(
            List.of(
                python.toString(),
                scripts.resolve("cedar_oracle.py").toString(),
                folder.resolve("cases.jsonl").toString()));

    assertThat(ran.output().strip())
        .as("seed %d", seed)
        .isEqualTo(Integer.toString(POLICIES * QUESTIONS));
  }

  @Test
  void open_policy_agent_decides_the_same() throws IOException {
    var opa = Programs.goTool("opa").toString();
    var input = folder.resolve("input.json");
    Files.writeString(
        input,
        "{\"cases\": [%s]}"
            .formatted(String.join(",\n", Files.readAllLines(folder.resolve("cases.jsonl")))));

    var ran =
        run(
            List.of(
                opa,
                "eval",
                "--format=raw",
                "--data",
                Places.project().resolve("conformance/src/test/go/opa/policy.rego").toString(),
                "--input",
                input.toString(),
                "{\"compared\": data.harrier.compared, \"wrong\": data.harrier.disagreements}"));

    var answer = JsonParser.parseString(ran.output()).getAsJsonObject();
    assertThat(answer.getAsJsonArray("wrong")).as("seed %d", seed).isEmpty();
    assertThat(answer.get("compared").getAsInt()).isEqualTo(POLICIES * QUESTIONS);
  }

  private Ran run(List<String> line) {
    try {
      return Ran.of(Files.createDirectories(folder), Map.of(), line, LIMIT).succeeded();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
