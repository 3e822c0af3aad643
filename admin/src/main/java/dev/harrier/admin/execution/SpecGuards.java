package dev.harrier.admin.execution;

import static java.util.Objects.requireNonNull;

import dev.harrier.admin.inventory.Identifiers;
import dev.harrier.security.Access;
import dev.harrier.security.Caller;
import dev.harrier.security.Permission;
import dev.harrier.security.Scope;
import dev.harrier.spi.BlobKey;
import dev.harrier.spi.DataLayout;
import dev.harrier.spi.ProjectDomain;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import dev.harrier.spi.Wire;
import flyteidl.admin.Common.Envs;
import flyteidl.admin.ExecutionOuterClass.ExecutionMetadata;
import flyteidl.admin.ExecutionOuterClass.ExecutionMetadata.ExecutionMode;
import flyteidl.admin.ExecutionOuterClass.ExecutionSpec;
import flyteidl.admin.LaunchPlanOuterClass.LaunchPlanSpec;
import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.Security.Identity;
import flyteidl.core.Security.SecurityContext;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The fields of an execution, or of the launch plan that it takes them from, that let one do more
 * than run a workflow; each needs a permission of its own.
 */
public final class SpecGuards {
  private static final Set<Permission> GUARDING =
      Set.of(
          Permission.EXECUTION_ASSUME_IDENTITY,
          Permission.EXECUTION_OVERRIDE_STORAGE,
          Permission.EXECUTION_PLACE,
          Permission.CACHE_OVERWRITE,
          Permission.INVENTORY_REGISTER,
          Permission.SECRET_USE);

  private final Access access;
  private final Function<String, Optional<BlobKey>> blobOf;

  /**
   * @param blobOf the blob that an address stands for; empty if it is none of this installation's
   */
  public SpecGuards(Access access, Function<String, Optional<BlobKey>> blobOf) {
    this.access = requireNonNull(access, "access");
    this.blobOf = requireNonNull(blobOf, "blobOf");
  }

  /**
   * Asks for what an execution's fields need.
   *
   * @throws RejectedException PERMISSION_DENIED that names the missing permission; INVALID_ARGUMENT
   *     for a variable that nobody may set
   */
  void require(Caller caller, ExecutionSpec spec, ProjectDomain place) {
    require(
        caller,
        place,
        new Guarded(
            spec.getSecurityContext(),
            SettingsMerge.names(OlderFields.identity(spec)),
            spec.getRawOutputDataConfig().getOutputLocationPrefix(),
            !spec.getClusterAssignment().getClusterPoolName().isEmpty()
                || !spec.getExecutionClusterLabel().getValue().isEmpty()
                || spec.getExecutionEnvAssignmentsCount() > 0,
            spec.getOverwriteCache(),
            spec.getEnvs()));
    require(caller, spec.getMetadata(), Scope.of(place));
  }

  private void require(Caller caller, ExecutionMetadata metadata, Scope scope) {
    // Who names a parent would get the parent's principal; a principal of the request's own is
    // simply not taken, since clients send a placeholder.
    if (metadata.hasParentNodeExecution()
        || metadata.getNesting() != 0
        || (metadata.getMode() != ExecutionMode.MANUAL
            && metadata.getMode() != ExecutionMode.SCHEDULED)) {
      access.require(caller, Permission.EXECUTION_IMPERSONATE_PARENT, scope);
    }
    // What a console sends that fills a form from an earlier execution: it is shown and has no
    // effect, so whoever may read all of that one may name it.
    if (metadata.hasReferenceExecution()) {
      access.require(
          caller,
          Permission.EXECUTION_READ_DATA,
          Scope.of(Wire.executionId(metadata.getReferenceExecution())));
    }
  }

  /**
   * Asks for what a launch plan's executions take from it: who may start one in the plan's own
   * project and domain need not be asked again.
   *
   * @throws RejectedException PERMISSION_DENIED that names the missing permission; INVALID_ARGUMENT
   *     for a variable that nobody may set
   */
  public void require(Caller caller, LaunchPlanSpec spec, ProjectDomain place) {
    require(caller, place, guarded(spec));
  }

  /**
   * Asks for what an execution takes from a plan, tasks and nodes that were registered elsewhere:
   * there, whoever registered them was asked.
   *
   * @throws RejectedException as for a launch plan
   */
  void require(Caller caller, Identifier launched, LaunchTarget target, ProjectDomain place) {
    if (!Identifiers.projectDomain(launched).equals(place)) {
      require(caller, target.plan(), place);
    }
    for (var permission : target.needsIn(place)) {
      access.require(caller, permission, Scope.of(place));
    }
  }

  /**
   * Asks the same of an execution that a node launches: there is no caller any more, so what its
   * principal held when it was created decides.
   *
   * @param held the permissions' words, as {@link #held} told them
   * @throws RejectedException as above
   */
  public void require(
      List<String> held, Identifier launched, LaunchTarget target, ProjectDomain place) {
    var needs = EnumSet.noneOf(Permission.class);
    needs.addAll(target.needsIn(place));
    if (!Identifiers.projectDomain(launched).equals(place)) {
      needs.addAll(needs(place, guarded(target.plan())));
    }
    for (var permission : needs) {
      if (!held.contains(permission.word())) {
        throw Rejection.permissionDenied(
            "the execution's principal lacked the permission %s on %s when it was created, which settings need there that were registered elsewhere",
            permission, Scope.of(place));
      }
    }
  }

  /** Of the permissions that a launch plan's fields can need, the words of those that one holds. */
  List<String> held(Caller caller, ProjectDomain place) {
    return GUARDING.stream()
        .filter(permission -> access.may(caller, permission, Scope.of(place)))
        .map(Permission::word)
        .toList();
  }

  private static Guarded guarded(LaunchPlanSpec spec) {
    return new Guarded(
        spec.getSecurityContext(),
        OlderFields.namesIdentity(spec),
        spec.getRawOutputDataConfig().getOutputLocationPrefix(),
        !spec.getClusterAssignment().getClusterPoolName().isEmpty()
            || spec.getExecutionEnvAssignmentsCount() > 0,
        spec.getOverwriteCache(),
        spec.getEnvs());
  }

  /** What both kinds of specification hold. */
  private record Guarded(
      SecurityContext security,
      boolean olderIdentity,
      String rawOutputPrefix,
      boolean placed,
      boolean overwritesCache,
      Envs variables) {}

  private void require(Caller caller, ProjectDomain place, Guarded spec) {
    for (var permission : needs(place, spec)) {
      access.require(caller, permission, Scope.of(place));
    }
  }

  private Set<Permission> needs(ProjectDomain place, Guarded spec) {
    var needs = needs(spec.security);
    if (spec.olderIdentity) {
      needs.add(Permission.EXECUTION_ASSUME_IDENTITY);
    }
    if (!spec.rawOutputPrefix.isEmpty() && !within(place, spec.rawOutputPrefix)) {
      needs.add(Permission.EXECUTION_OVERRIDE_STORAGE);
    }
    if (spec.placed) {
      needs.add(Permission.EXECUTION_PLACE);
    }
    if (spec.overwritesCache) {
      needs.add(Permission.CACHE_OVERWRITE);
    }
    for (var variable : spec.variables.getValuesList()) {
      GuardedVariables.needs(variable.getKey()).ifPresent(needs::add);
    }
    return needs;
  }

  /** The permissions that a security context needs. */
  public static Set<Permission> needs(SecurityContext security) {
    var needs = EnumSet.noneOf(Permission.class);
    if (!security.getRunAs().equals(Identity.getDefaultInstance())
        || security.getTokensCount() > 0) {
      needs.add(Permission.EXECUTION_ASSUME_IDENTITY);
    }
    if (security.getSecretsCount() > 0) {
      needs.add(Permission.SECRET_USE);
    }
    return needs;
  }

  /**
   * Asks for what a security context needs, of a task's too.
   *
   * @throws RejectedException PERMISSION_DENIED that names the missing permission
   */
  public static void require(Access access, Caller caller, SecurityContext security, Scope scope) {
    for (var permission : needs(security)) {
      access.require(caller, permission, scope);
    }
  }

  /**
   * Whether all that is below an address belongs to the project and domain, and to no execution of
   * it: there, one's tasks would write where another's do.
   */
  private boolean within(ProjectDomain place, String prefix) {
    try {
      return blobOf
          .apply((prefix.endsWith("/") ? prefix : prefix + "/") + "any")
          .filter(key -> key.scope().equals(place) && !DataLayout.ofExecutions(key.path()))
          .isPresent();
    } catch (RejectedException noName) {
      // What no file can be called is in no project.
      return false;
    }
  }
}
