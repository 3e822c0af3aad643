package dev.harrier.admin.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.harrier.admin.Inventory;
import dev.harrier.admin.Samples;
import dev.harrier.security.Access;
import dev.harrier.security.Caller;
import dev.harrier.security.Permission;
import dev.harrier.security.Scope;
import dev.harrier.security.VisibleScopes;
import dev.harrier.spi.ProjectDomain;
import flyteidl.admin.ExecutionOuterClass.ExecutionSpec;
import flyteidl.admin.LaunchPlanOuterClass.LaunchPlanSpec;
import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.IdentifierOuterClass.ResourceType;
import flyteidl.core.Interface.ParameterMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

final class SpecGuardsTest {
  private static final Permission[] ALL = {
    Permission.EXECUTION_ASSUME_IDENTITY,
    Permission.EXECUTION_OVERRIDE_STORAGE,
    Permission.EXECUTION_PLACE,
    Permission.CACHE_OVERWRITE,
    Permission.SECRET_USE
  };

  private static final ProjectDomain PLACE = new ProjectDomain("flytesnacks", "development");

  private final Asked asked = new Asked();
  private static final Identifier ELSEWHERE =
      Samples.id(ResourceType.LAUNCH_PLAN, "elsewhere", "p", "v1");

  private final SpecGuards guards = new SpecGuards(asked, uri -> Optional.empty());

  @Test
  void a_launch_plan_needs_the_permissions_that_an_execution_with_its_fields_needs() {
    var plan = LaunchPlanSpec.newBuilder().setOverwriteCache(true);
    plan.getSecurityContextBuilder().addSecretsBuilder().setKey("key");
    plan.getSecurityContextBuilder().getRunAsBuilder().setK8SServiceAccount("root");
    plan.getRawOutputDataConfigBuilder().setOutputLocationPrefix("s3://elsewhere");
    plan.getClusterAssignmentBuilder().setClusterPoolName("gpus");
    var execution =
        ExecutionSpec.newBuilder()
            .setOverwriteCache(true)
            .setSecurityContext(plan.getSecurityContext())
            .setRawOutputDataConfig(plan.getRawOutputDataConfig())
            .setClusterAssignment(plan.getClusterAssignment());

    guards.require(Inventory.STRANGER, plan.build(), PLACE);

    assertThat(asked.permissions).containsExactlyInAnyOrder(ALL);
    asked.permissions.clear();
    guards.require(Inventory.STRANGER, execution.build(), PLACE);
    assertThat(asked.permissions).containsExactlyInAnyOrder(ALL);
  }

  @Test
  void a_plain_launch_plan_needs_none() {
    guards.require(Inventory.STRANGER, LaunchPlanSpec.getDefaultInstance(), PLACE);

    assertThat(asked.permissions).isEmpty();
  }

  @Test
  void what_one_holds_of_them_can_be_kept_for_children() {
    var overwriting = LaunchPlanSpec.newBuilder().setOverwriteCache(true).build();
    var placed = overwriting.toBuilder();
    placed.getClusterAssignmentBuilder().setClusterPoolName("gpus");

    var held = guards.held(Inventory.STRANGER, PLACE);

    assertThat(held).containsExactly("cache:overwrite");
    assertThatNoException()
        .isThrownBy(() -> guards.require(held, ELSEWHERE, target(overwriting), PLACE));
    assertThatThrownBy(() -> guards.require(held, ELSEWHERE, target(placed.build()), PLACE))
        .hasMessageContaining("execution:place");
  }

  private static LaunchTarget target(LaunchPlanSpec plan) {
    return new LaunchTarget(
        ELSEWHERE, "digest", ParameterMap.getDefaultInstance(), plan, List.of());
  }

  /** Allows everything and remembers what was asked for. */
  private static final class Asked implements Access {
    private final List<Permission> permissions = new ArrayList<>();

    @Override
    public void require(Caller caller, Permission permission, Scope scope) {
      permissions.add(permission);
    }

    @Override
    public boolean may(Caller caller, Permission permission, Scope scope) {
      return permission == Permission.CACHE_OVERWRITE;
    }

    @Override
    public boolean couldEver(Caller caller, Permission permission, Scope scope) {
      return may(caller, permission, scope);
    }

    @Override
    public void requireOn(
        Caller caller, Permission permission, Scope scope, Supplier<Optional<String>> owner) {
      require(caller, permission, scope);
    }

    @Override
    public boolean mayAnywhere(Caller caller, Permission permission) {
      return true;
    }

    @Override
    public VisibleScopes visible(Caller caller, Permission permission) {
      return VisibleScopes.EVERYTHING;
    }
  }
}
