package dev.harrier.runtime.process.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.harrier.spi.Failure;
import flyteidl.core.Errors.ContainerError;
import flyteidl.core.Errors.ErrorDocument;
import flyteidl.core.Execution.ExecutionError.ErrorKind;
import flyteidl.core.Literals.Literal;
import flyteidl.core.Literals.LiteralMap;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JudgementTest {
  private static final ByteString BROKEN = ByteString.copyFromUtf8("\u000f\u000fnot a message");
  private static final LiteralMap OUTPUTS =
      LiteralMap.newBuilder().putLiterals("o0", Literal.getDefaultInstance()).build();

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # what                        | reason  | exit | signal | error       | outputs | code                | kind   | again
          user error                    | EXIT    | 0    |        | user        |         | USER:ValueError     | USER   | false
          recoverable user error        | EXIT    | 0    |        | recoverable |         | USER:ValueError     | USER   | true
          system error                  | EXIT    | 0    |        | system      |         | USER:ValueError     | SYSTEM | false
          error.pb wins over outputs.pb | EXIT    | 0    |        | user        | good    | USER:ValueError     | USER   | false
          broken error.pb               | EXIT    | 0    |        | broken      |         | ErrorFileBadFormat  | SYSTEM | true
          empty error.pb                | EXIT    | 0    |        | empty       |         | ErrorFileBadFormat  | SYSTEM | true
          no outputs                    | EXIT    | 0    |        |             |         | OutputsNotFound     | USER   | true
          outputs without o0            | EXIT    | 0    |        |             | other   | OutputsNotFound     | USER   | true
          broken outputs                | EXIT    | 0    |        |             | broken  | OutputsBadFormat    | USER   | true
          dynamic                       | EXIT    | 0    |        |             | futures | DynamicUnsupported  | USER   | false
          exit code                     | EXIT    | 3    |        |             |         | Error               | USER   | true
          exit code before error.pb     | EXIT    | 1    |        | user        |         | Error               | USER   | true
          exit code before outputs.pb   | EXIT    | 1    |        |             | good    | Error               | USER   | true
          killed                        | EXIT    |      | 9      |             |         | Interrupted         | SYSTEM | true
          killed below a shell          | EXIT    | 137  |        |             |         | Interrupted         | SYSTEM | true
          crashed                       | EXIT    |      | 11     |             |         | Error               | USER   | true
          out of memory                 | MEMORY  |      | 9      |             | good    | OOMKilled           | USER   | true
          out of disk                   | DISK    |      | 9      |             | good    | Evicted             | USER   | true
          too many processes            | PROCESSES |    | 9      |             | good    | TooManyProcesses    | USER   | true
          out of time                   | WALL    |      | 9      |             | good    | TimeoutExpired      | USER   | true
          out of processor time         | CPU     |      | 9      |             |         | CpuTimeExceeded     | USER   | true
          no sandbox                    | WALLS   |      |        |             |         | SandboxFailed       | SYSTEM | true
          no process                    | FORK    |      |        |             |         | WorkerNotStarted    | SYSTEM | true
          """)
  void a_failed_attempt_is_judged(
      String what,
      ExitRecord.Reason reason,
      Integer exit,
      Integer signal,
      String error,
      String outputs,
      String code,
      Failure.Kind kind,
      boolean again) {
    var record =
        new ExitRecord(
            reason, "77", Optional.ofNullable(exit), Optional.ofNullable(signal), Instant.EPOCH);
    var remains = remains(Set.of("o0"), error, outputs);

    var verdict = Judgement.of(record, remains);

    assertThat(verdict)
        .isInstanceOfSatisfying(
            Judgement.Verdict.Fault.class,
            fault -> {
              assertThat(fault.failure().code()).isEqualTo(code);
              assertThat(fault.failure().kind()).isEqualTo(kind);
              assertThat(fault.failure().recoverable()).isEqualTo(again);
              assertThat(fault.failure().message()).isNotBlank();
            });
  }

  @Test
  void outputs_that_are_there_are_taken() {
    var verdict = Judgement.of(exit(0), remains(Set.of("o0"), null, "good"));

    assertThat(verdict).isEqualTo(new Judgement.Verdict.Success(OUTPUTS));
  }

  @Test
  void a_task_that_declares_none_needs_no_outputs() {
    var verdict = Judgement.of(exit(0), remains(Set.of(), null, null));

    assertThat(verdict).isEqualTo(new Judgement.Verdict.Success(LiteralMap.getDefaultInstance()));
  }

  @Test
  void the_message_of_an_exit_code_reads_as_in_flyte() {
    var verdict = (Judgement.Verdict.Fault) Judgement.of(exit(3), remains(Set.of(), null, null));

    assertThat(verdict.failure().message())
        .isEqualTo(
            "\r\n[f1-n0-0] terminated with exit code (3). Reason [Error]. Message: \nlast words.");
  }

  private static ExitRecord exit(int code) {
    return new ExitRecord(
        ExitRecord.Reason.EXIT, "", Optional.of(code), Optional.empty(), Instant.EPOCH);
  }

  private static Judgement.Remains remains(
      Set<String> declared,
      @org.jspecify.annotations.Nullable String error,
      @org.jspecify.annotations.Nullable String outputs) {
    return new Judgement.Remains(
        "f1-n0-0",
        declared,
        "last words",
        Optional.ofNullable(error).map(JudgementTest::error),
        Optional.ofNullable(outputs)
            .filter(word -> !word.equals("futures"))
            .map(JudgementTest::outputs),
        "futures".equals(outputs));
  }

  private static ByteString error(String word) {
    return switch (word) {
      case "broken" -> BROKEN;
      case "empty" -> ByteString.EMPTY;
      default ->
          ErrorDocument.newBuilder()
              .setError(
                  ContainerError.newBuilder()
                      .setCode("USER:ValueError")
                      .setMessage("Trace")
                      .setKind(
                          word.equals("recoverable")
                              ? ContainerError.Kind.RECOVERABLE
                              : ContainerError.Kind.NON_RECOVERABLE)
                      .setOrigin(word.equals("system") ? ErrorKind.SYSTEM : ErrorKind.USER))
              .build()
              .toByteString();
    };
  }

  private static ByteString outputs(String word) {
    return switch (word) {
      case "broken" -> BROKEN;
      case "other" ->
          LiteralMap.newBuilder()
              .putLiterals("other", Literal.getDefaultInstance())
              .build()
              .toByteString();
      default -> OUTPUTS.toByteString();
    };
  }
}
