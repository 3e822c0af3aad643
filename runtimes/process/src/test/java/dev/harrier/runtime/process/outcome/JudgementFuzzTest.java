package dev.harrier.runtime.process.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;

/** Whatever a task leaves in its folder of the blob store: outputs, or a failure in words. */
@Tag("fuzz")
final class JudgementFuzzTest {
  @FuzzTest(maxDuration = "1m")
  void any_remains_are_outputs_or_a_failure_in_words(
      byte @Nullable [] error, byte @Nullable [] outputs, boolean futures, @NotNull String log) {
    var exit =
        new ExitRecord(ExitRecord.Reason.EXIT, "", Optional.of(0), Optional.empty(), Instant.EPOCH);

    var verdict =
        Judgement.of(
            exit,
            new Judgement.Remains(
                "f1-n0-0", Set.of("o0"), log, document(error), document(outputs), futures));

    switch (verdict) {
      case Judgement.Verdict.Success(var values) ->
          assertThat(values.getLiteralsMap()).containsKey("o0");
      case Judgement.Verdict.Fault(var failure) -> {
        assertThat(failure.code()).isNotBlank();
        assertThat(failure.message()).isNotBlank();
      }
    }
  }

  private static Optional<ByteString> document(byte @Nullable [] bytes) {
    return Optional.ofNullable(bytes).map(ByteString::copyFrom);
  }
}
