package dev.harrier.admin.task;

import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.harrier.admin.Inventory;
import dev.harrier.security.Scope;
import dev.harrier.security.policy.PolicyAccess;
import dev.harrier.spi.RejectedException;
import flyteidl.core.Tasks.Container;
import flyteidl.core.Tasks.K8sPod;
import flyteidl.core.Tasks.TaskTemplate;
import flyteidl.core.Workflow.TaskNodeOverrides;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TaskImagesTest {
  private static final Scope PLACE = Scope.of("p", "development");
  private static final String FOREIGN = "docker.io/evil/miner:latest";

  private final TaskGuards guards =
      new TaskGuards(
          PolicyAccess.administeredBy(Inventory.ADMINISTRATOR.issuer(), Set.of("admin")),
          new ImageRules(List.of("ghcr.io/team/*", "registry.example.org/**@sha256:*")));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ghcr.io/team/train:v1",
        "registry.example.org/a/b/c@sha256:00ff",
        "ghcr.io/team/x",
        ""
      })
  void images_that_match_are_taken(String image) {
    assertThatNoException().isThrownBy(() -> require(image));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        FOREIGN,
        "ghcr.io/team/sub/train:v1",
        "ghcr.io/teams/train:v1",
        "evil.io/ghcr.io/team/train",
        "registry.example.org/a/b:latest",
        "GHCR.io/team/train",
        "ghcr.io/team/x docker.io/y",
        "ghcr.io/team/x\n"
      })
  void others_are_refused_with_what_is_allowed(String image) {
    assertThatThrownBy(() -> require(image))
        .isInstanceOf(RejectedException.class)
        .hasMessageContaining("ghcr.io/team/*, registry.example.org/**@sha256:*");
  }

  @Test
  void images_of_pods_and_of_nodes_that_override_them_count_as_well() {
    var pod =
        Struct.newBuilder()
            .putFields("containers", container("ghcr.io/team/a"))
            .putFields("initContainers", container(FOREIGN));
    var podTask = K8sPod.newBuilder().setPodSpec(pod).build();
    var task = TaskTemplate.newBuilder().setK8SPod(podTask).build();
    var image = TaskNodeOverrides.newBuilder().setContainerImage(FOREIGN).build();
    var template = TaskNodeOverrides.newBuilder().setPodTemplate(podTask).build();

    assertThatThrownBy(() -> guards.require(Inventory.ADMINISTRATOR, task, PLACE))
        .hasMessageContaining(FOREIGN);
    assertThatThrownBy(() -> guards.require(Inventory.ADMINISTRATOR, image, PLACE))
        .hasMessageContaining(FOREIGN);
    assertThatThrownBy(() -> guards.require(Inventory.ADMINISTRATOR, template, PLACE))
        .hasMessageContaining(FOREIGN);
  }

  private static Value container(String image) {
    var container =
        Struct.newBuilder().putFields("image", Value.newBuilder().setStringValue(image).build());
    return Value.newBuilder()
        .setListValue(
            ListValue.newBuilder().addValues(Value.newBuilder().setStructValue(container)))
        .build();
  }

  private void require(String image) {
    var task =
        TaskTemplate.newBuilder().setContainer(Container.newBuilder().setImage(image)).build();
    guards.require(Inventory.ADMINISTRATOR, task, PLACE);
  }
}
