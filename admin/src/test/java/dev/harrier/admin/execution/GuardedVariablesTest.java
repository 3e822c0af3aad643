package dev.harrier.admin.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.harrier.security.Permission;
import dev.harrier.spi.RejectedException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GuardedVariablesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "STAGE",
        "MY_PYTHON",
        "PATHS",
        "LEARNING_RATE",
        "PYTHONUNBUFFERED",
        "TZ",
        "_F_EE_ROOT"
      })
  void what_only_the_task_reads_is_everybodys(String name) {
    assertThat(GuardedVariables.needs(name)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PYTHONWARNINGS",
        "PYTHONPATH",
        "PYTHONSTARTUP",
        "BROWSER",
        "PATH",
        "HOME",
        "BASH_ENV",
        "GIT_SSH_COMMAND",
        "https_proxy",
        "HTTPS_PROXY",
        "SSL_CERT_FILE",
        "FLYTE_PLATFORM_URL",
        "FLYTECTL_CONFIG",
        "_FSEC_GROUP_KEY",
        "FLYTE_SECRETS_DEFAULT_DIR"
      })
  void what_chooses_code_or_servers_is_for_those_who_may_register_code(String name) {
    assertThat(GuardedVariables.needs(name)).contains(Permission.INVENTORY_REGISTER);
  }

  @ParameterizedTest
  @ValueSource(strings = {"AWS_PROFILE", "GOOGLE_APPLICATION_CREDENTIALS", "AZURE_CLIENT_ID"})
  void what_chooses_credentials_is_for_those_who_may_assume_identities(String name) {
    assertThat(GuardedVariables.needs(name)).contains(Permission.EXECUTION_ASSUME_IDENTITY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"LD_PRELOAD", "FLYTE_INTERNAL_EXECUTION_ID"})
  void what_is_the_runtimes_is_nobodys(String name) {
    assertThatThrownBy(() -> GuardedVariables.needs(name))
        .isInstanceOf(RejectedException.class)
        .hasMessageContaining("expected variables that the runtime leaves to executions");
  }
}
