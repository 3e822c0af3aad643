package dev.harrier.conformance.access;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import flyteidl.admin.Common.Annotations;
import flyteidl.admin.Common.Envs;
import flyteidl.admin.Common.Labels;
import flyteidl.admin.DescriptionEntityOuterClass.Description;
import flyteidl.admin.DescriptionEntityOuterClass.DescriptionEntity;
import flyteidl.admin.ExecutionOuterClass.ExecutionMetadata;
import flyteidl.admin.ExecutionOuterClass.ExecutionSpec;
import flyteidl.admin.LaunchPlanOuterClass.LaunchPlanSpec;
import flyteidl.admin.ProjectOuterClass.Project;
import flyteidl.admin.TaskOuterClass.TaskSpec;
import flyteidl.admin.WorkflowOuterClass.WorkflowSpec;
import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.IdentifierOuterClass.ResourceType;
import flyteidl.core.Interface.Parameter;
import flyteidl.core.Interface.TypedInterface;
import flyteidl.core.Interface.Variable;
import flyteidl.core.Interface.VariableMap;
import flyteidl.core.Literals.Binding;
import flyteidl.core.Literals.BindingData;
import flyteidl.core.Literals.KeyValuePair;
import flyteidl.core.Literals.Literal;
import flyteidl.core.Literals.LiteralMap;
import flyteidl.core.Literals.Primitive;
import flyteidl.core.Literals.Scalar;
import flyteidl.core.Tasks.RuntimeMetadata;
import flyteidl.core.Tasks.TaskMetadata;
import flyteidl.core.Tasks.TaskTemplate;
import flyteidl.core.Types.LiteralType;
import flyteidl.core.Types.OutputReference;
import flyteidl.core.Types.SimpleType;
import flyteidl.core.Workflow.Node;
import flyteidl.core.Workflow.NodeMetadata;
import flyteidl.core.Workflow.TaskNode;
import flyteidl.core.Workflow.WorkflowTemplate;

/**
 * What the tests register in a place: a task that no runtime takes, a workflow, a launch plan and
 * executions, with a text in each field that only readers of the place should see.
 */
final class Things {
  private final Place place;

  Things(Place place) {
    this.place = place;
  }

  Identifier id(ResourceType kind) {
    return Identifier.newBuilder()
        .setResourceType(kind)
        .setProject(place.project())
        .setDomain(place.domain())
        .setName(Place.NAME)
        .setVersion(Place.VERSION)
        .build();
  }

  Project project() {
    return Project.newBuilder()
        .setId(place.project())
        .setName(place.project())
        .setDescription(place.canaryBeginning() + "-project")
        .setLabels(Labels.newBuilder().putValues("note", place.canaryBeginning() + "-label"))
        .build();
  }

  TaskSpec task() {
    return TaskSpec.newBuilder()
        .setTemplate(
            TaskTemplate.newBuilder()
                .setType("nobody-runs-this")
                .setMetadata(
                    TaskMetadata.newBuilder()
                        .setRuntime(
                            RuntimeMetadata.newBuilder()
                                .setFlavor(place.canary("flavor"))
                                .setVersion("1.16.0"))
                        .setDiscoveryVersion(place.canary("discovery")))
                .setInterface(fromXToY())
                .setCustom(
                    Struct.newBuilder()
                        .putFields(
                            "custom",
                            Value.newBuilder().setStringValue(place.canary("custom")).build()))
                .putConfig("config", place.canary("config")))
        .setDescription(description("task"))
        .build();
  }

  WorkflowSpec workflow() {
    return WorkflowSpec.newBuilder()
        .setTemplate(
            WorkflowTemplate.newBuilder()
                .setInterface(fromXToY())
                .addNodes(
                    Node.newBuilder()
                        .setId("n0")
                        .setMetadata(NodeMetadata.newBuilder().setName(place.canary("node")))
                        .addInputs(binding("x", "", "x"))
                        .setTaskNode(TaskNode.newBuilder().setReferenceId(id(ResourceType.TASK))))
                .addOutputs(binding("y", "n0", "y")))
        .setDescription(description("workflow"))
        .build();
  }

  LaunchPlanSpec launchPlan() {
    var plan =
        LaunchPlanSpec.newBuilder()
            .setWorkflowId(id(ResourceType.WORKFLOW))
            .setLabels(Labels.newBuilder().putValues("plan", place.canary("plan-label")))
            .setAnnotations(
                Annotations.newBuilder().putValues("plan", place.canary("plan-annotation")))
            .setEnvs(
                Envs.newBuilder()
                    .addValues(
                        KeyValuePair.newBuilder().setKey("PLAN").setValue(place.canary("env"))));
    plan.getDefaultInputsBuilder()
        .putParameters(
            "x",
            Parameter.newBuilder()
                .setVar(Variable.newBuilder().setType(text()))
                .setDefault(literal(place.canary("default")))
                .build());
    return plan.build();
  }

  ExecutionSpec execution() {
    return ExecutionSpec.newBuilder()
        .setLaunchPlan(id(ResourceType.LAUNCH_PLAN))
        .setMetadata(ExecutionMetadata.newBuilder().setPrincipal("placeholder"))
        .setLabels(Labels.newBuilder().putValues("run", place.canary("run-label")))
        .setAnnotations(Annotations.newBuilder().putValues("run", place.canary("run-annotation")))
        .build();
  }

  LiteralMap inputs() {
    return LiteralMap.newBuilder().putLiterals("x", literal(place.canary("input"))).build();
  }

  private DescriptionEntity description(String of) {
    return DescriptionEntity.newBuilder()
        .setShortDescription(place.canary(of + "-short"))
        .setLongDescription(Description.newBuilder().setValue(place.canary(of + "-long")))
        .build();
  }

  private TypedInterface fromXToY() {
    return TypedInterface.newBuilder().setInputs(variable("x")).setOutputs(variable("y")).build();
  }

  private VariableMap variable(String name) {
    return VariableMap.newBuilder()
        .putVariables(
            name,
            Variable.newBuilder()
                .setType(text())
                .setDescription(place.canary("variable-" + name))
                .build())
        .build();
  }

  private static LiteralType text() {
    return LiteralType.newBuilder().setSimple(SimpleType.STRING).build();
  }

  private static Literal literal(String value) {
    return Literal.newBuilder()
        .setScalar(Scalar.newBuilder().setPrimitive(Primitive.newBuilder().setStringValue(value)))
        .build();
  }

  private static Binding binding(String input, String node, String output) {
    return Binding.newBuilder()
        .setVar(input)
        .setBinding(
            BindingData.newBuilder()
                .setPromise(OutputReference.newBuilder().setNodeId(node).setVar(output)))
        .build();
  }
}
