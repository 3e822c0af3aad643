package dev.harrier.admin.execution;

import static java.util.Objects.requireNonNull;

import flyteidl.admin.LaunchPlanOuterClass.LaunchPlanSpec;
import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.Interface.ParameterMap;

/**
 * What an execution is made of: a launch plan and its workflow, or a task wrapped into a workflow
 * of one node. It never changes.
 *
 * @param workflow the launch plan's, or the one around the task
 * @param closureDigest names the compiled graph
 * @param expectedInputs what a caller may give
 * @param plan empty for a task
 */
public record LaunchTarget(
    Identifier workflow, String closureDigest, ParameterMap expectedInputs, LaunchPlanSpec plan) {
  public LaunchTarget {
    requireNonNull(workflow, "workflow");
    requireNonNull(closureDigest, "closureDigest");
    requireNonNull(expectedInputs, "expectedInputs");
    requireNonNull(plan, "plan");
  }
}
