package dev.harrier.security.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.harrier.security.secret.AttemptSecretRules.Source;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection.Code;
import dev.harrier.spi.SecretId;
import dev.harrier.spi.SecretSource;
import dev.harrier.spi.StoreUnavailableException;
import dev.harrier.testkit.SecretsInMemory;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class AttemptSecretRulesTest {
  private static final ExecutionId EXECUTION = new ExecutionId("shop", "development", "f1");
  private static final SecretId ID = SecretId.of("warehouse", "password");

  private final SecretsInMemory first = new SecretsInMemory();
  private final SecretsInMemory second = new SecretsInMemory();

  private AttemptSecretRules rules(boolean mayUse, SecretSource... sources) {
    return new AttemptSecretRules(
        Stream.of(sources).map(Source::stored).toList(), execution -> mayUse);
  }

  @Test
  void the_first_source_that_has_it_gives_it() {
    second.put(EXECUTION.scope(), ID, "second");
    assertThat(rules(true, first, second).find(EXECUTION, ID).reveal()).isEqualTo("second");

    first.put(EXECUTION.scope(), ID, "first");

    assertThat(rules(true, first, second).find(EXECUTION, ID).reveal()).isEqualTo("first");
  }

  @Test
  void a_source_that_does_not_answer_is_not_passed_over() {
    second.put(EXECUTION.scope(), ID, "second");
    SecretSource sealed =
        (id, place) -> {
          throw new StoreUnavailableException("sealed", new IllegalStateException());
        };

    assertThatThrownBy(() -> rules(true, sealed, second).find(EXECUTION, ID))
        .isInstanceOf(SecretUnavailableException.class);
  }

  @Test
  void why_a_source_gives_none_is_not_for_those_who_see_the_execution() {
    var why = "AWS KMS does not let this server use arn:aws:kms:eu-central-1:123456789012:key/1";
    SecretSource refused =
        (id, place) -> {
          throw new StoreUnavailableException(why, new IllegalStateException(why));
        };

    var own = failure(Source.stored(refused));
    var outside = failure(Source.outside("team-vault", refused));

    assertThat(own)
        .hasMessage(
            "The secret 'warehouse/password' cannot be had now: this installation cannot use the"
                + " master key of its secrets, or their database. Whoever operates this"
                + " installation finds why in the server's log.");
    assertThat(outside)
        .hasMessage(
            "The secret 'warehouse/password' cannot be had now: its source 'team-vault' does not"
                + " give it. Whoever operates this installation finds why in the server's log.");
    for (var failure : List.of(own, outside)) {
      var trace = new StringWriter();
      failure.printStackTrace(new PrintWriter(trace));
      assertThat(trace.toString()).doesNotContain("arn:");
    }
  }

  @Test
  void a_row_that_somebody_changed_is_told_no_more_of_than_that() {
    SecretSource changed =
        (id, place) -> {
          throw new UnreadableSecretException("its row was changed", new IllegalStateException());
        };

    assertThat(failure(Source.stored(changed)))
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageContaining("'warehouse/password' cannot be had now")
        .hasMessageNotContaining("row")
        .hasNoCause();
  }

  @Test
  void nor_does_a_database_that_is_away_say_where_it_is() {
    var rules =
        new AttemptSecretRules(
            List.of(Source.stored(first)),
            execution -> {
              throw new StoreUnavailableException(
                  "no connection to db.example.org:5432", new IllegalStateException());
            });

    assertThat(catchThrowable(() -> rules.find(EXECUTION, ID)))
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageContaining("'warehouse/password' cannot be had now")
        .hasMessageNotContaining("example.org")
        .hasNoCause();
  }

  private static Throwable failure(Source source) {
    var rules = new AttemptSecretRules(List.of(source), execution -> true);
    return catchThrowable(() -> rules.find(EXECUTION, ID));
  }

  @Test
  void whose_principal_may_not_learns_nothing_of_what_there_is() {
    first.put(EXECUTION.scope(), ID, "hunter2");

    assertThatThrownBy(() -> rules(false, first).find(EXECUTION, ID))
        .isInstanceOfSatisfying(
            RejectedException.class,
            refused -> assertThat(refused.rejection().code()).isEqualTo(Code.PERMISSION_DENIED))
        .hasMessageContaining("'warehouse/password'")
        .hasMessageContaining("lacked the permission secret:use");
  }

  @Test
  void a_missing_one_is_told_by_its_name() {
    assertThatThrownBy(() -> rules(true, first).find(EXECUTION, ID))
        .hasMessageContaining("'warehouse/password': there is none for project 'shop'")
        .hasMessageContaining("harrier secret put warehouse password --project shop");
  }
}
