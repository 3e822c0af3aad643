package dev.harrier.bench.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import dev.harrier.bench.measure.Figure;
import dev.harrier.bench.measure.Report;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The section runs through; how fast is no matter of a test. */
@Tag("slow")
final class EngineSectionTest {
  @Test
  void it_measures_every_figure_and_writes_them_down(@TempDir Path folder) throws Exception {
    var report =
        new Report(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
    var section = new EngineSection(EngineSection.Sizes.few(Optional.of(Duration.ofSeconds(2))));

    section.measure(report);
    report.write(folder.resolve("bench.json"));

    assertThat(report.figures())
        .extracting(Figure::name)
        .contains(
            "commits, 16 connections",
            "no-op nodes",
            "CPU a node",
            "WAL a node",
            "between two tasks of a chain",
            "no-op nodes without an old snapshot, PT2S before",
            "no-op nodes while one is held, for PT2S");
    assertThat(report.figures()).allMatch(figure -> figure.median() >= 0);
    assertThat(report.table()).contains("no-op nodes", "of the bar");
    var json =
        JsonParser.parseString(Files.readString(folder.resolve("bench.json"))).getAsJsonObject();
    assertThat(json.getAsJsonArray("figures")).hasSize(report.figures().size());
  }
}
