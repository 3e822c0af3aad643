package dev.harrier.admin.taskexecution;

import flyteidl.core.Compiler.CompiledTask;
import flyteidl.core.Compiler.CompiledWorkflow;
import flyteidl.core.Compiler.CompiledWorkflowClosure;
import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.IdentifierOuterClass.ResourceType;
import flyteidl.core.Tasks.Container;
import flyteidl.core.Tasks.TaskTemplate;
import flyteidl.core.Workflow.ArrayNode;
import flyteidl.core.Workflow.BranchNode;
import flyteidl.core.Workflow.IfBlock;
import flyteidl.core.Workflow.IfElseBlock;
import flyteidl.core.Workflow.Node;
import flyteidl.core.Workflow.TaskNode;
import flyteidl.core.Workflow.WorkflowNode;
import flyteidl.core.Workflow.WorkflowTemplate;

/** A compiled graph with a node of each kind that leads to a task. */
public final class TestGraph {
  /** The task of node n0. */
  public static final Identifier TOP = id(ResourceType.TASK, "top");

  /** The task of node n0 within the subworkflow of node n1. */
  public static final Identifier WITHIN = id(ResourceType.TASK, "within");

  /** The task of node n0 within the subworkflow of node n1 within that of node n1. */
  public static final Identifier DEEPER = id(ResourceType.TASK, "deeper");

  private static final Identifier SUB = id(ResourceType.WORKFLOW, "sub");
  private static final Identifier SUB_SUB = id(ResourceType.WORKFLOW, "sub.sub");

  /** The graph. */
  public static final CompiledWorkflowClosure CLOSURE =
      CompiledWorkflowClosure.newBuilder()
          .setPrimary(
              CompiledWorkflow.newBuilder()
                  .setTemplate(
                      WorkflowTemplate.newBuilder()
                          .setId(id(ResourceType.WORKFLOW, "main"))
                          .addNodes(Node.newBuilder().setId("start-node"))
                          .addNodes(task("n0", TOP))
                          .addNodes(workflow("n1", SUB))
                          .addNodes(
                              Node.newBuilder()
                                  .setId("n2")
                                  .setBranchNode(
                                      BranchNode.newBuilder()
                                          .setIfElse(
                                              IfElseBlock.newBuilder()
                                                  .setCase(
                                                      IfBlock.newBuilder()
                                                          .setThenNode(task("n3", TOP)))
                                                  .setElseNode(task("n4", WITHIN)))))
                          .addNodes(
                              Node.newBuilder()
                                  .setId("n5")
                                  .setArrayNode(
                                      ArrayNode.newBuilder().setNode(task("n5-sub", TOP))))
                          .setFailureNode(task("efn", DEEPER))))
          .addSubWorkflows(sub(SUB, task("n0", WITHIN), workflow("n1", SUB_SUB)))
          .addSubWorkflows(sub(SUB_SUB, task("n0", DEEPER)))
          .addTasks(template(TOP))
          .addTasks(template(WITHIN))
          .addTasks(template(DEEPER))
          .build();

  private TestGraph() {}

  private static Identifier id(ResourceType kind, String name) {
    return Identifier.newBuilder()
        .setResourceType(kind)
        // Tasks may be of another project than what runs them.
        .setProject("shared-tasks")
        .setDomain("development")
        .setName(name)
        .setVersion("v1")
        .build();
  }

  private static Node task(String nodeId, Identifier task) {
    return Node.newBuilder()
        .setId(nodeId)
        .setTaskNode(TaskNode.newBuilder().setReferenceId(task))
        .build();
  }

  private static Node workflow(String nodeId, Identifier workflow) {
    return Node.newBuilder()
        .setId(nodeId)
        .setWorkflowNode(WorkflowNode.newBuilder().setSubWorkflowRef(workflow))
        .build();
  }

  private static CompiledWorkflow sub(Identifier id, Node... nodes) {
    var template = WorkflowTemplate.newBuilder().setId(id);
    for (var node : nodes) {
      template.addNodes(node);
    }
    return CompiledWorkflow.newBuilder().setTemplate(template).build();
  }

  private static CompiledTask template(Identifier id) {
    return CompiledTask.newBuilder()
        .setTemplate(
            TaskTemplate.newBuilder()
                .setId(id)
                .setType("python-task")
                .setContainer(Container.getDefaultInstance()))
        .build();
  }
}
