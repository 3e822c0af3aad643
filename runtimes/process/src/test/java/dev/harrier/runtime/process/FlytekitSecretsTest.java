package dev.harrier.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.harrier.spi.AttemptStart;
import dev.harrier.spi.BlobKey;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.SecretValue;
import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.Literals.LiteralMap;
import flyteidl.core.Security.Secret;
import flyteidl.core.Security.Secret.MountType;
import flyteidl.core.Security.SecurityContext;
import flyteidl.core.Tasks.TaskTemplate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FlytekitSecretsTest {
  private static final AttemptSecrets SECRETS =
      new FlytekitSecrets((execution, id) -> new SecretValue("value of " + id));

  private static Secret.Builder secret(String group, String key) {
    return Secret.newBuilder().setGroup(group).setKey(key);
  }

  private static AttemptSecrets.Found found(Secret.Builder... asked) {
    var task = TaskTemplate.newBuilder();
    Stream.of(asked).forEach(task.getSecurityContextBuilder()::addSecrets);
    var id = Workshop.attempt("n0");
    var key = new BlobKey(Workshop.SCOPE, "x");
    return SECRETS.of(
        new AttemptStart(
            id,
            1,
            task.build(),
            LiteralMap.getDefaultInstance(),
            new AttemptStart.DataLocations(key, key, "x"),
            Map.of(),
            Optional.empty(),
            false,
            // An execution's own: Flyte hands out those of the task alone.
            SecurityContext.newBuilder().addSecrets(secret("of", "execution")).build(),
            Identifier.getDefaultInstance(),
            Identifier.getDefaultInstance()));
  }

  @Test
  void who_asks_for_nothing_gets_nothing() {
    assertThat(found().empty()).isTrue();
  }

  @Test
  void any_way_is_a_file() {
    var found = found(secret("Ware.House", "Pass-Word"));

    assertThat(found.files())
        .isEqualTo(Map.of("ware.house/pass-word", "value of Ware.House/Pass-Word"));
    assertThat(found.environment()).isEmpty();
    assertThat(found(secret("a", "b").setMountRequirement(MountType.FILE)).files())
        .containsOnlyKeys("a/b");
  }

  @Test
  void a_variable_is_in_capitals() {
    var found = found(secret("Ware.House", "pass-word").setMountRequirement(MountType.ENV_VAR));

    assertThat(found.environment()).containsOnlyKeys("_FSEC_WARE.HOUSE_PASS-WORD");
    assertThat(found.files()).isEmpty();
  }

  @Test
  void a_version_is_part_of_the_name_and_left_out_of_a_second_one() {
    var variable = secret("g", "k").setGroupVersion("V2").setMountRequirement(MountType.ENV_VAR);

    assertThat(found(variable).environment())
        .isEqualTo(Map.of("_FSEC_G_V2_K", "value of g/k@V2", "_FSEC_G_K", "value of g/k@V2"));
    assertThat(found(secret("g", "k").setGroupVersion("V2")).files()).containsOnlyKeys("g/v2/k");
  }

  @Test
  void of_two_versions_neither_takes_the_short_name() {
    var found =
        found(
            secret("g", "k").setGroupVersion("1").setMountRequirement(MountType.ENV_VAR),
            secret("g", "k").setGroupVersion("2").setMountRequirement(MountType.ENV_VAR));

    assertThat(found.environment()).containsOnlyKeys("_FSEC_G_1_K", "_FSEC_G_2_K");
  }

  @Test
  void a_variable_of_ones_own_has_the_value_or_the_path() {
    var value = found(secret("g", "k").setEnvVar("TOKEN").setMountRequirement(MountType.ENV_VAR));
    var path = found(secret("g", "k").setEnvVar("TOKEN").setMountRequirement(MountType.FILE));

    assertThat(value.environment()).containsEntry("TOKEN", "value of g/k");
    assertThat(path.environment()).isEmpty();
    assertThat(path.pathVariables()).isEqualTo(Map.of("TOKEN", "g/k"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"LD_PRELOAD", "PATH", "PYTHONPATH", "FLYTE_X", "lower", "A=B", "1A", "_FSEC_X"})
  void a_variable_that_steers_something_else_is_refused(String name) {
    assertThatThrownBy(() -> found(secret("g", "k").setEnvVar(name)))
        .isInstanceOf(RejectedException.class)
        .hasMessageContaining("'g/k' in a variable");
  }

  @Test
  void two_that_would_be_one_to_the_task_are_refused() {
    assertThatThrownBy(
            () ->
                found(
                    secret("a_b", "c").setMountRequirement(MountType.ENV_VAR),
                    secret("a", "b_c").setMountRequirement(MountType.ENV_VAR)))
        .hasMessage(
            "The task asks for the secrets 'a_b/c' and 'a/b_c', which would both be '_FSEC_A_B_C' to it.");
    assertThatThrownBy(() -> found(secret("A", "b"), secret("a", "B")))
        .hasMessageContaining("would both be 'a/b'");
    assertThatThrownBy(() -> found(secret("a", "b"), secret("a", "b/c")))
        .hasMessageContaining("its file 'a/b/c' cannot be beside 'a/b'");
  }

  @Test
  void what_is_no_name_is_refused() {
    for (var bad : List.of(secret("../etc", "passwd"), secret("", "k"), secret("g", ""))) {
      assertThatThrownBy(() -> found(bad)).isInstanceOf(RejectedException.class);
    }
  }

  @Test
  void too_many_are_refused() {
    var many =
        Stream.iterate(0, number -> number + 1)
            .limit(FlytekitSecrets.ASKED_MAX + 1L)
            .map(number -> secret("g", "k" + number))
            .toArray(Secret.Builder[]::new);

    assertThatThrownBy(() -> found(many)).hasMessageContaining("101 secrets: expected at most 100");
  }
}
