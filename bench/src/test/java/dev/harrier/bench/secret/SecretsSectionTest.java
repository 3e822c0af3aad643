package dev.harrier.bench.secret;

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
final class SecretsSectionTest {
  @Test
  void it_measures_every_figure() throws Exception {
    var report =
        new Report(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));

    new SecretsSection(SecretsSection.Sizes.few()).measure(report);

    assertThat(report.figures())
        .extracting(Figure::name)
        .containsExactly("reads of the built-in store", "a new master key for all secrets");
  }
}
