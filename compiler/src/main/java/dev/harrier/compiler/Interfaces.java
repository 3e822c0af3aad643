package dev.harrier.compiler;

import dev.harrier.compiler.CompileError.Code;
import flyteidl.core.Interface.Parameter;
import flyteidl.core.Interface.TypedInterface;
import flyteidl.core.Interface.Variable;
import flyteidl.core.Interface.VariableMap;
import flyteidl.core.Literals.Binding;
import flyteidl.core.Tasks.TaskTemplate;
import flyteidl.core.Types.LiteralType;
import flyteidl.core.Workflow.ArrayNode;
import flyteidl.core.Workflow.GateNode;
import flyteidl.core.Workflow.IfBlock;
import flyteidl.core.Workflow.IfElseBlock;
import flyteidl.core.Workflow.Node;
import flyteidl.core.Workflow.SignalCondition;
import flyteidl.core.Workflow.TaskNode;
import flyteidl.core.Workflow.WorkflowNode;
import flyteidl.core.Workflow.WorkflowTemplate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Finds out what a node takes and gives, by the kind of the node. */
final class Interfaces {
  private final Definitions definitions;
  private final BindingChecks bindings;
  private final Findings findings;

  Interfaces(Definitions definitions, BindingChecks bindings, Findings findings) {
    this.definitions = definitions;
    this.bindings = bindings;
    this.findings = findings;
  }

  /**
   * Sets the interface of the node and of those inside it, or adds to the findings why there is
   * none.
   */
  void derive(NodeDraft node) {
    node.cases().forEach(this::derive);
    of(node)
        .map(Interfaces::complete)
        .filter(found -> sound(node.id(), found, findings))
        .ifPresent(node::typedInterface);
  }

  /**
   * The interface with both sides there, if only as empty maps: this is how a closed workflow shows
   * them.
   */
  static TypedInterface complete(TypedInterface found) {
    return found.toBuilder().setInputs(found.getInputs()).setOutputs(found.getOutputs()).build();
  }

  /** Whether each variable has a name and a type. */
  static boolean sound(String nodeId, TypedInterface found, Findings findings) {
    boolean sound = true;
    for (VariableMap side : List.of(found.getInputs(), found.getOutputs())) {
      for (Map.Entry<String, Variable> variable : side.getVariablesMap().entrySet()) {
        if (variable.getKey().isEmpty()) {
          findings.add(CompileError.valueRequired(nodeId, "paramName"));
          sound = false;
        }
        if (!variable.getValue().hasType()) {
          findings.add(CompileError.valueRequired(nodeId, "param.Type"));
          sound = false;
        }
      }
    }
    return sound;
  }

  private Optional<TypedInterface> of(NodeDraft draft) {
    Node node = draft.source();
    return switch (node.getTargetCase()) {
      case BRANCH_NODE -> ofBranch(draft);
      case GATE_NODE -> ofGate(draft, node.getGateNode());
      case ARRAY_NODE -> ofArray(draft.id(), node.getArrayNode());
      case TASK_NODE -> ofTask(draft.id(), node.getTaskNode());
      case WORKFLOW_NODE -> ofWorkflow(draft.id(), node.getWorkflowNode(), node.getInputsList());
      case TARGET_NOT_SET -> missing(CompileError.valueRequired(draft.id(), "Target"));
    };
  }

  private Optional<TypedInterface> ofTask(String nodeId, TaskNode node) {
    if (!node.hasReferenceId()) {
      return missing(CompileError.valueRequired(nodeId, "TaskNode.ReferenceId"));
    }
    TaskTemplate task = definitions.tasks().get(node.getReferenceId());
    if (task == null) {
      return missing(CompileError.taskNotFound(nodeId, ProtoText.of(node.getReferenceId())));
    }
    return Optional.of(task.getInterface());
  }

  private Optional<TypedInterface> ofWorkflow(
      String nodeId, WorkflowNode node, List<Binding> given) {
    return switch (node.getReferenceCase()) {
      case LAUNCHPLAN_REF -> {
        LaunchPlanInterface plan = definitions.launchPlans().get(node.getLaunchplanRef());
        yield plan == null
            ? missing(CompileError.workflowNotFound(nodeId, ProtoText.of(node.getLaunchplanRef())))
            : Optional.of(ofLaunchPlan(plan, given));
      }
      case SUB_WORKFLOW_REF -> {
        WorkflowTemplate workflow = definitions.subWorkflows().get(node.getSubWorkflowRef());
        if (workflow == null) {
          yield missing(
              CompileError.workflowNotFound(nodeId, ProtoText.of(node.getSubWorkflowRef())));
        }
        yield Optional.of(workflow.getInterface());
      }
      case REFERENCE_NOT_SET -> missing(CompileError.workflowNotFound(nodeId, "<nil>/<nil>"));
    };
  }

  /**
   * A launch plan's inputs are those it requires, and of those with a default the ones that the
   * node sets.
   */
  private static TypedInterface ofLaunchPlan(LaunchPlanInterface plan, List<Binding> given) {
    VariableMap.Builder inputs = VariableMap.newBuilder();
    for (Map.Entry<String, Parameter> parameter :
        plan.expectedInputs().getParametersMap().entrySet()) {
      if (parameter.getValue().getRequired()
          || given.stream().anyMatch(binding -> binding.getVar().equals(parameter.getKey()))) {
        inputs.putVariables(parameter.getKey(), parameter.getValue().getVar());
      }
    }
    return TypedInterface.newBuilder().setInputs(inputs).setOutputs(plan.expectedOutputs()).build();
  }

  private Optional<TypedInterface> ofGate(NodeDraft draft, GateNode gate) {
    return switch (gate.getConditionCase()) {
      case APPROVE -> {
        // What is to be approved goes through unchanged.
        VariableMap passed = boundTypes(draft);
        yield Optional.of(TypedInterface.newBuilder().setInputs(passed).setOutputs(passed).build());
      }
      case SIGNAL -> ofSignal(draft.id(), gate.getSignal());
      case SLEEP -> Optional.of(TypedInterface.getDefaultInstance());
      case CONDITION_NOT_SET ->
          missing(
              new CompileError(
                  Code.NO_CONDITION_FOUND,
                  draft.id(),
                  "Can't find any condition in gate node [%s].".formatted(draft.id())));
    };
  }

  private Optional<TypedInterface> ofSignal(String nodeId, SignalCondition signal) {
    if (!signal.hasType()) {
      return missing(CompileError.valueRequired(nodeId, "GateNode.Signal.Type"));
    }
    if (signal.getOutputVariableName().isEmpty()) {
      return missing(CompileError.valueRequired(nodeId, "GateNode.Signal.OutputVariableName"));
    }
    Variable output = Variable.newBuilder().setType(signal.getType()).build();
    return Optional.of(
        TypedInterface.newBuilder()
            .setOutputs(
                VariableMap.newBuilder().putVariables(signal.getOutputVariableName(), output))
            .build());
  }

  /**
   * An array over a task has the interface of its task, which clients register with lists. An array
   * over something that exists by itself, a launch plan, says that the interface is the original
   * one; then the lists are made here.
   */
  private Optional<TypedInterface> ofArray(String nodeId, ArrayNode array) {
    if (!array.hasNode()) {
      return missing(CompileError.valueRequired(nodeId, "ArrayNode.Node"));
    }
    NodeDraft inner = NodeDraft.of(array.getNode());
    derive(inner);
    return array.getIsOriginalSubNodeInterface().getValue()
        ? inner.typedInterface().map(found -> ofLists(array, found))
        : inner.typedInterface();
  }

  private static TypedInterface ofLists(ArrayNode array, TypedInterface element) {
    TypedInterface.Builder lists = element.toBuilder();
    element
        .getInputs()
        .getVariablesMap()
        .forEach(
            (name, variable) -> {
              if (!array.getBoundInputsList().contains(name)) {
                lists.getInputsBuilder().putVariables(name, listOf(variable, false));
              }
            });
    // Where elements may fail, the list holds none in their place.
    boolean gaps = array.hasMinSuccessRatio() && array.getMinSuccessRatio() < 1;
    element
        .getOutputs()
        .getVariablesMap()
        .forEach(
            (name, variable) ->
                lists.getOutputsBuilder().putVariables(name, listOf(variable, gaps)));
    return lists.build();
  }

  private static Variable listOf(Variable element, boolean gaps) {
    LiteralType type = gaps ? LiteralTypes.orNone(element.getType()) : element.getType();
    return element.toBuilder().setType(LiteralType.newBuilder().setCollectionType(type)).build();
  }

  /** A branch takes what its conditions use and gives what all its cases give. */
  private Optional<TypedInterface> ofBranch(NodeDraft draft) {
    IfElseBlock ifElse = draft.source().getBranchNode().getIfElse();
    if (!draft.source().getBranchNode().hasIfElse()) {
      return missing(CompileError.valueRequired(draft.id(), "Branch.IfElse"));
    }
    if (!ifElse.hasCase()) {
      return missing(CompileError.valueRequired(draft.id(), "Branch.IfElse.Case"));
    }
    if (!ifElse.getCase().hasThenNode()) {
      return missing(CompileError.valueRequired(draft.id(), "Branch.IfElse.Case.ThenNode"));
    }
    boolean whole = ifElse.getOtherList().stream().allMatch(IfBlock::hasThenNode);
    if (!whole) {
      findings.add(CompileError.valueRequired(draft.id(), "IfElse.Case.ThenNode"));
    }
    VariableMap inputs = boundTypes(draft);
    Optional<Map<String, Variable>> outputs = sharedOutputs(draft.cases());
    if (!whole || outputs.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        TypedInterface.newBuilder()
            .setInputs(inputs)
            .setOutputs(VariableMap.newBuilder().putAllVariables(outputs.orElseThrow()))
            .build());
  }

  private Optional<Map<String, Variable>> sharedOutputs(List<NodeDraft> cases) {
    boolean known = true;
    Optional<Map<String, Variable>> shared = Optional.empty();
    for (NodeDraft node : cases) {
      if (node.typedInterface().isEmpty()) {
        known = false;
        continue;
      }
      Map<String, Variable> outputs =
          node.typedInterface().orElseThrow().getOutputs().getVariablesMap();
      if (shared.isEmpty()) {
        shared = Optional.of(new HashMap<>(outputs));
        continue;
      }
      shared.orElseThrow().keySet().retainAll(outputs.keySet());
      known &= sameTypes(node.id(), shared.orElseThrow(), outputs);
    }
    return known ? shared : Optional.empty();
  }

  private boolean sameTypes(
      String nodeId, Map<String, Variable> shared, Map<String, Variable> outputs) {
    boolean same = true;
    for (Map.Entry<String, Variable> variable : new TreeMap<>(shared).entrySet()) {
      LiteralType expected = variable.getValue().getType();
      Variable output = outputs.get(variable.getKey());
      if (output != null && !output.getType().equals(expected)) {
        findings.add(
            CompileError.mismatchingTypes(
                nodeId,
                variable.getKey(),
                LiteralTypes.describe(output.getType()),
                LiteralTypes.describe(expected)));
        same = false;
      }
    }
    return same;
  }

  private VariableMap boundTypes(NodeDraft draft) {
    return bindings
        .check(draft, draft.source().getInputsList(), Optional.empty(), findings)
        .types();
  }

  private Optional<TypedInterface> missing(CompileError why) {
    findings.add(why);
    return Optional.empty();
  }
}
