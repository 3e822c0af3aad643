package dev.harrier.security.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection.Code;
import dev.harrier.spi.SecretId;
import dev.harrier.spi.SecretSource;
import dev.harrier.spi.StoreUnavailableException;
import dev.harrier.testkit.SecretsInMemory;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AttemptSecretRulesTest {
  private static final ExecutionId EXECUTION = new ExecutionId("shop", "development", "f1");
  private static final SecretId ID = SecretId.of("warehouse", "password");

  private final SecretsInMemory first = new SecretsInMemory();
  private final SecretsInMemory second = new SecretsInMemory();

  private AttemptSecretRules rules(boolean mayUse, SecretSource... sources) {
    return new AttemptSecretRules(List.of(sources), execution -> mayUse);
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
        .isInstanceOf(StoreUnavailableException.class);
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
