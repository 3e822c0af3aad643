package dev.harrier.admin.execution;

import static java.util.Objects.requireNonNull;

import dev.harrier.admin.inventory.Identifiers;
import dev.harrier.admin.task.TaskGuards;
import dev.harrier.compiler.NodeTree;
import dev.harrier.security.Permission;
import dev.harrier.spi.ProjectDomain;
import flyteidl.admin.LaunchPlanOuterClass.LaunchPlanSpec;
import flyteidl.core.Compiler.CompiledWorkflow;
import flyteidl.core.Compiler.CompiledWorkflowClosure;
import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.Interface.ParameterMap;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What an execution is made of: a launch plan and its workflow, or a task wrapped into a workflow
 * of one node. It never changes.
 *
 * @param workflow the launch plan's, or the one around the task
 * @param closureDigest names the compiled graph
 * @param expectedInputs what a caller may give
 * @param plan empty for a task
 * @param needs what its tasks and nodes need where they run
 */
public record LaunchTarget(
    Identifier workflow,
    String closureDigest,
    ParameterMap expectedInputs,
    LaunchPlanSpec plan,
    List<Needs> needs) {
  public LaunchTarget {
    requireNonNull(workflow, "workflow");
    requireNonNull(closureDigest, "closureDigest");
    requireNonNull(expectedInputs, "expectedInputs");
    requireNonNull(plan, "plan");
    needs = List.copyOf(needs);
  }

  /**
   * Permissions that something registered in a project and domain needs where it runs.
   *
   * @param from where whoever registered it was asked
   */
  public record Needs(ProjectDomain from, Set<Permission> permissions) {
    public Needs {
      requireNonNull(from, "from");
      permissions = Set.copyOf(permissions);
    }
  }

  /** What is needed in a project and domain by tasks and nodes that were registered elsewhere. */
  Set<Permission> needsIn(ProjectDomain place) {
    var all = EnumSet.noneOf(Permission.class);
    needs.stream()
        .filter(one -> !one.from().equals(place))
        .forEach(one -> all.addAll(one.permissions()));
    return all;
  }

  /** Collects what the tasks and nodes of a compiled graph need. */
  static List<Needs> needs(CompiledWorkflowClosure closure) {
    var all = new ArrayList<Needs>();
    for (var task : closure.getTasksList()) {
      var template = task.getTemplate();
      add(all, template.getId(), TaskGuards.needs(template));
    }
    Stream.concat(Stream.of(closure.getPrimary()), closure.getSubWorkflowsList().stream())
        .map(CompiledWorkflow::getTemplate)
        .forEach(
            workflow ->
                NodeTree.forEach(
                    workflow,
                    node -> {
                      var overrides = node.getTaskNode().getOverrides();
                      if (overrides.hasPodTemplate()) {
                        add(all, workflow.getId(), TaskGuards.needs(overrides.getPodTemplate()));
                      }
                    }));
    return all;
  }

  private static void add(List<Needs> all, Identifier from, Set<Permission> permissions) {
    if (!permissions.isEmpty()) {
      all.add(new Needs(Identifiers.projectDomain(from), permissions));
    }
  }
}
