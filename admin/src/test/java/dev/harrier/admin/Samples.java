package dev.harrier.admin;

import flyteidl.admin.LaunchPlanOuterClass.LaunchPlanSpec;
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
import flyteidl.core.Literals.Literal;
import flyteidl.core.Literals.Primitive;
import flyteidl.core.Literals.Scalar;
import flyteidl.core.Tasks.Container;
import flyteidl.core.Tasks.RuntimeMetadata;
import flyteidl.core.Tasks.TaskMetadata;
import flyteidl.core.Tasks.TaskTemplate;
import flyteidl.core.Types.LiteralType;
import flyteidl.core.Types.OutputReference;
import flyteidl.core.Types.SimpleType;
import flyteidl.core.Workflow.Node;
import flyteidl.core.Workflow.TaskNode;
import flyteidl.core.Workflow.WorkflowNode;
import flyteidl.core.Workflow.WorkflowTemplate;

/** Small tasks, workflows and launch plans as flytekit sends them. */
public final class Samples {
  private Samples() {}

  /** An identifier in the development domain. */
  public static Identifier id(ResourceType kind, String project, String name, String version) {
    return Identifier.newBuilder()
        .setResourceType(kind)
        .setProject(project)
        .setDomain("development")
        .setName(name)
        .setVersion(version)
        .build();
  }

  /** The type of whole numbers. */
  public static LiteralType integer() {
    return LiteralType.newBuilder().setSimple(SimpleType.INTEGER).build();
  }

  /** Takes x and gives y, both whole numbers. */
  public static TypedInterface fromXToY() {
    return TypedInterface.newBuilder().setInputs(variable("x")).setOutputs(variable("y")).build();
  }

  /** A Python task that takes x and gives y. */
  public static TaskSpec task() {
    return TaskSpec.newBuilder()
        .setTemplate(
            TaskTemplate.newBuilder()
                .setType("python-task")
                .setMetadata(
                    TaskMetadata.newBuilder()
                        .setRuntime(RuntimeMetadata.newBuilder().setVersion("1.16.31")))
                .setInterface(fromXToY())
                .setContainer(Container.newBuilder().setImage("image").addArgs("run")))
        .build();
  }

  /** A workflow that hands x through a chain of tasks to y. */
  public static WorkflowSpec chain(Identifier task, int nodes) {
    var template = WorkflowTemplate.newBuilder().setInterface(fromXToY());
    for (var i = 0; i < nodes; i++) {
      template.addNodes(
          Node.newBuilder()
              .setId("n" + i)
              .addInputs(i == 0 ? binding("x", "", "x") : binding("x", "n" + (i - 1), "y"))
              .setTaskNode(TaskNode.newBuilder().setReferenceId(task)));
    }
    template.addOutputs(binding("y", "n" + (nodes - 1), "y"));
    return WorkflowSpec.newBuilder().setTemplate(template).build();
  }

  /** A workflow that starts a launch plan. */
  public static WorkflowSpec starting(Identifier launchPlan) {
    return WorkflowSpec.newBuilder()
        .setTemplate(
            WorkflowTemplate.newBuilder()
                .setInterface(fromXToY())
                .addNodes(
                    Node.newBuilder()
                        .setId("n0")
                        .addInputs(binding("x", "", "x"))
                        .setWorkflowNode(WorkflowNode.newBuilder().setLaunchplanRef(launchPlan)))
                .addOutputs(binding("y", "n0", "y")))
        .build();
  }

  /** A launch plan of a workflow with nothing set. */
  public static LaunchPlanSpec launchPlan(Identifier workflow) {
    return LaunchPlanSpec.newBuilder().setWorkflowId(workflow).build();
  }

  /** An input with a default. */
  public static Parameter byDefault(long value) {
    return Parameter.newBuilder()
        .setVar(Variable.newBuilder().setType(integer()))
        .setDefault(literal(value))
        .build();
  }

  /** A whole number. */
  public static Literal literal(long value) {
    return Literal.newBuilder()
        .setScalar(Scalar.newBuilder().setPrimitive(Primitive.newBuilder().setInteger(value)))
        .build();
  }

  /** A text. */
  public static Literal literal(String value) {
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

  private static VariableMap variable(String name) {
    return VariableMap.newBuilder()
        .putVariables(name, Variable.newBuilder().setType(integer()).build())
        .build();
  }
}
