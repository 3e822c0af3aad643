package dev.harrier.compiler;

import static java.util.Objects.requireNonNull;

import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.Interface.ParameterMap;
import flyteidl.core.Interface.VariableMap;

/**
 * What a workflow that starts a launch plan must know of it.
 *
 * @param expectedInputs what a caller may give: required ones, and those with a default; fixed
 *     inputs are not among them
 * @param expectedOutputs what the launched workflow returns
 */
public record LaunchPlanInterface(
    Identifier id, ParameterMap expectedInputs, VariableMap expectedOutputs) {
  public LaunchPlanInterface {
    requireNonNull(id, "id");
    requireNonNull(expectedInputs, "expectedInputs");
    requireNonNull(expectedOutputs, "expectedOutputs");
  }
}
