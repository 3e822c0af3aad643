package dev.harrier.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import dev.harrier.conformance.SharedHarrier.World;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The example that the demo runs, against a count made in other ways. */
@Tag("python")
@ExtendWith(SharedHarrier.class)
final class CensusTest {
  private static final int FILES_MIN = 200;

  private final World world;

  CensusTest(World world) {
    this.world = world;
  }

  @Test
  void the_census_finds_what_an_independent_pass_finds() {
    var folder = Places.examples().resolve("stdlib_census");
    var census = world.clients().pyflyteRun(folder, "--name", "census", "census.py", "census");
    census.succeeded();
    var run = world.executions().run("census");

    var told = world.clients().script("census_outputs.py", "census").succeeded();
    var counted =
        Ran.of(folder, Map.of(), List.of(Places.python().toString(), "check.py")).succeeded();

    var totals = JsonParser.parseString(told.lastLine()).getAsJsonObject();
    assertThat(totals.getAsJsonObject("totals"))
        .isEqualTo(JsonParser.parseString(counted.lastLine()).getAsJsonObject());
    assertThat(totals.getAsJsonObject("totals").get("files").getAsInt())
        .isGreaterThanOrEqualTo(FILES_MIN);
    assertThat(totals.get("index_words"))
        .as("words in the file of the index")
        .isEqualTo(totals.getAsJsonObject("totals").get("distinct_words"));
    assertThat(run.attemptPhases("n1")).containsExactly("FAILED", "SUCCEEDED");
    for (var part : List.of("n2", "n3", "n4", "n5")) {
      assertThat(run.nodesWithin(part)).as("nodes within %s", part).hasSizeGreaterThanOrEqualTo(3);
    }
  }
}
