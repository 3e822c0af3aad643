package dev.harrier.propeller.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.idl.engine.v1.NodeState;
import dev.harrier.spi.Failure;
import dev.harrier.spi.Failure.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RetryTest {
  @ParameterizedTest(
      name = "{0} user and {1} system failures before, {2} attempts allowed, then {3}: again {4}")
  @CsvSource({
    "0, 0, 1, USER,   false",
    "0, 0, 2, USER,   true",
    "1, 0, 2, USER,   false",
    "1, 0, 3, USER,   true",
    // A budget is not eaten by the other's failures.
    "0, 2, 2, USER,   true",
    "5, 0, 1, SYSTEM, true",
    "0, 0, 1, SYSTEM, true",
    "0, 1, 1, SYSTEM, true",
    "0, 2, 1, SYSTEM, false",
  })
  void each_kind_spends_its_own_budget(
      int user, int system, int attemptsMax, Kind kind, boolean again) {
    var before = NodeState.newBuilder().setUserFailures(user).setSystemFailures(system).build();

    var verdict = Retry.judge(before, new Failure("Code", "text", kind, true), attemptsMax);

    assertThat(verdict instanceof Retry.Verdict.Again).isEqualTo(again);
    assertThat(verdict.counted().getUserFailures()).isEqualTo(user + (kind == Kind.USER ? 1 : 0));
    assertThat(verdict.counted().getSystemFailures())
        .isEqualTo(system + (kind == Kind.SYSTEM ? 1 : 0));
  }

  @Test
  void a_failure_that_is_not_recoverable_is_the_end_as_it_is() {
    var failure = Failure.user("USER:ValueError", "no");

    var verdict = Retry.judge(NodeState.getDefaultInstance(), failure, 10);

    assertThat(verdict)
        .isInstanceOfSatisfying(
            Retry.Verdict.Over.class, over -> assertThat(over.failure()).isEqualTo(failure));
  }

  @Test
  void a_spent_budget_is_told_in_flytes_words() {
    var before = NodeState.newBuilder().setUserFailures(2).build();

    var verdict =
        Retry.judge(before, new Failure("USER:Recoverable", "no luck", Kind.USER, true), 3);

    assertThat(verdict)
        .isInstanceOfSatisfying(
            Retry.Verdict.Over.class,
            over -> {
              assertThat(over.failure().code()).isEqualTo("RetriesExhausted|USER:Recoverable");
              assertThat(over.failure().message())
                  .isEqualTo("[3/3] currentAttempt done. Last Error: USER::no luck");
              assertThat(over.failure().recoverable()).isFalse();
            });
  }
}
