package dev.harrier.bench.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.bench.measure.Figure;
import dev.harrier.bench.measure.Report;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The section runs through; how fast is no matter of a test. */
@Tag("slow")
final class AccessSectionTest {
  @Test
  void it_measures_every_figure() throws Exception {
    var report =
        new Report(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));

    new AccessSection(AccessSection.Sizes.few()).measure(report);

    assertThat(report.figures())
        .extracting(Figure::name)
        .contains(
            "a decision under 10,000 bindings, p50",
            "a decision under 10,000 bindings, p99",
            "a denial with its sentence, p99",
            "a bare RS256 signature, p50",
            "a token's first use, p50",
            "a token's second use, p50");
    assertThat(report.figures()).allMatch(figure -> figure.median() > 0);
  }
}
