package dev.harrier.bench.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.bench.measure.Figure;
import dev.harrier.bench.measure.Report;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The section runs through, with a propeller of a process of its own. */
@Tag("slow")
final class SplitSectionTest {
  @Test
  void it_measures_both_ways_in_the_same_rounds() throws Exception {
    var report =
        new Report(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));

    new SplitSection(SplitSection.Sizes.few()).measure(report);

    assertThat(report.figures())
        .extracting(Figure::name)
        .containsExactly(
            "no-op nodes, one process",
            "no-op nodes, admin and propeller apart",
            "CPU a node, one process",
            "CPU a node, admin and propeller apart");
    assertThat(report.figures()).allMatch(figure -> figure.median() > 0);
    assertThat(report.figures().get(1).reference()).isPresent();
    assertThat(report.figures().get(3).reference()).isPresent();
  }
}
