package dev.harrier.admin.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.admin.Inventory;
import dev.harrier.admin.Samples;
import dev.harrier.database.Database;
import dev.harrier.database.TestDatabase;
import dev.harrier.spi.Rejection;
import flyteidl.admin.Common.NamedEntityIdentifier;
import flyteidl.admin.Common.ResourceListRequest;
import flyteidl.admin.WorkflowOuterClass.CreateWorkflowFailureReason;
import flyteidl.admin.WorkflowOuterClass.WorkflowCreateRequest;
import flyteidl.admin.WorkflowOuterClass.WorkflowSpec;
import flyteidl.core.Compiler.CompiledTask;
import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.IdentifierOuterClass.ResourceType;
import flyteidl.core.Tasks.Resources.ResourceName;
import flyteidl.core.Workflow.ArrayNode;
import flyteidl.core.Workflow.Node;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(TestDatabase.class)
final class WorkflowRpcTest {
  private final Database database;
  private final Inventory inventory;
  private final Identifier task;

  WorkflowRpcTest(Database database) {
    this.database = database;
    inventory = Inventory.in(database, "workflows-" + UUID.randomUUID());
    task = Samples.id(ResourceType.TASK, inventory.project(), "t", "v1");
  }

  @BeforeEach
  void aTaskIsRegistered() {
    inventory.create(task, Samples.task());
  }

  @Test
  void a_registered_workflow_is_read_back_compiled_with_its_tasks() {
    var id = workflow("v1");

    inventory.create(id, Samples.chain(task, 2));

    var read = inventory.workflow(id);
    var compiled = read.getClosure().getCompiledWorkflow();
    assertThat(read.getId()).isEqualTo(id);
    assertThat(compiled.getPrimary().getTemplate().getId()).isEqualTo(id);
    assertThat(compiled.getPrimary().getTemplate().getNodesList().stream().map(Node::getId))
        .containsExactly("start-node", "end-node", "n0", "n1");
    assertThat(compiled.getTasksList())
        .extracting(CompiledTask::getTemplate)
        .containsExactly(Samples.task().getTemplate().toBuilder().setId(task).build());
    assertThat(read.getClosure().hasCreatedAt()).isTrue();
  }

  @Test
  void a_list_shows_interfaces_and_no_nodes() {
    inventory.create(workflow("v1"), Samples.chain(task, 2));

    var page =
        inventory.call(
            r ->
                r.workflows()
                    .list(ResourceListRequest.newBuilder().setLimit(5).setId(scope()).build()));

    var template =
        page.getWorkflows(0).getClosure().getCompiledWorkflow().getPrimary().getTemplate();
    assertThat(template.getInterface()).isEqualTo(Samples.fromXToY());
    assertThat(template.getNodesList()).isEmpty();
    assertThat(page.getToken()).isEmpty();
  }

  @Test
  void the_same_workflow_again_exists_and_another_under_its_id_is_refused() throws Exception {
    var id = workflow("v1");
    inventory.create(id, Samples.chain(task, 1));

    var same = refused(id, Samples.chain(task, 1));
    var other = refused(id, Samples.chain(task, 2));

    assertThat(same.code()).isEqualTo(Rejection.Code.ALREADY_EXISTS);
    assertThat(same.message()).isEqualTo("workflow with identical structure already exists");
    assertThat(reason(same).getExistsIdenticalStructure().getId()).isEqualTo(id);
    assertThat(other.code()).isEqualTo(Rejection.Code.INVALID_ARGUMENT);
    assertThat(other.message())
        .startsWith(
            "wf workflow with different structure already exists. (Please register a new version of the workflow):\n/primary/template/nodes/1/inputs/0/binding/promise/node_id:\n\t- n0 \n\t+ n1");
    assertThat(reason(other).getExistsDifferentStructure().getId()).isEqualTo(id);
  }

  @Test
  void upstream_nodes_in_another_order_make_no_other_workflow() {
    var id = workflow("v1");
    inventory.create(id, meeting("n0", "n1"));

    var again = refused(id, meeting("n1", "n0"));

    assertThat(again.code()).isEqualTo(Rejection.Code.ALREADY_EXISTS);
  }

  private WorkflowSpec meeting(String first, String second) {
    var spec = Samples.chain(task, 3).toBuilder();
    spec.getTemplateBuilder()
        .getNodesBuilder(2)
        .addUpstreamNodeIds(first)
        .addUpstreamNodeIds(second);
    return spec.build();
  }

  @Test
  void a_graph_is_found_by_its_digest() {
    inventory.create(workflow("v1"), Samples.chain(task, 1));
    inventory.create(workflow("v1b"), Samples.chain(task, 1));

    var first = summary("v1");
    var second = summary("v1b");

    // The graph holds its own id, so two versions have two graphs.
    assertThat(first.closureDigest()).isNotEqualTo(second.closureDigest()).hasSize(64);
    assertThat(first.typedInterface()).isEqualTo(second.typedInterface());
    var graph =
        database
            .api()
            .run("read", connection -> ClosureStore.find(connection, first.closureDigest()));
    assertThat(graph)
        .contains(inventory.workflow(workflow("v1")).getClosure().getCompiledWorkflow());
  }

  @Test
  void a_workflow_that_does_not_compile_is_refused_with_all_errors() {
    var broken = Samples.chain(task, 2).toBuilder();
    broken.getTemplateBuilder().getNodesBuilder(0).clearInputs();
    broken.getTemplateBuilder().getNodesBuilder(1).clearInputs();

    var refusal = refused(workflow("v1"), broken.build());

    assertThat(refusal.code()).isEqualTo(Rejection.Code.INVALID_ARGUMENT);
    assertThat(refusal.message())
        .startsWith("failed to compile workflow for [resource_type:WORKFLOW project:")
        .contains("] with err: Collected Errors: ")
        .contains("Code: ParameterNotBound, Node Id: n0, Description:")
        .contains("Code: ParameterNotBound, Node Id: n1, Description:");
  }

  @Test
  void a_node_whose_own_resources_are_no_quantity_is_refused_wherever_it_stands() {
    var plain = Samples.chain(task, 1).toBuilder();
    plain.getTemplateBuilder().setNodes(0, overriding(ResourceName.CPU, "lots"));
    var inArray = Samples.chain(task, 1).toBuilder();
    inArray
        .getTemplateBuilder()
        .getNodesBuilder(0)
        .setArrayNode(
            ArrayNode.newBuilder().setNode(overriding(ResourceName.MEMORY, "9".repeat(65))));
    var inBranch = Samples.chain(task, 1).toBuilder();
    inBranch
        .addSubWorkflowsBuilder()
        .setId(workflow("sub"))
        .addNodesBuilder()
        .setId("choice")
        .getBranchNodeBuilder()
        .getIfElseBuilder()
        .setElseNode(overriding(ResourceName.CPU, "1E"));

    assertThat(refused(workflow("v1"), plain.build()).message())
        .isEqualTo(
            "workflow wf, node inner: the override of the CPU request is 'lots', expected a Kubernetes quantity such as 500m, 2 or 4Gi");
    assertThat(refused(workflow("v1"), inArray.build()).message())
        .contains("node inner: the override of the MEMORY request is '999");
    assertThat(refused(workflow("v1"), inBranch.build()).message())
        .contains("node inner: the override of the CPU request is '1E'");
  }

  private static Node overriding(ResourceName resource, String value) {
    var node = Node.newBuilder().setId("inner");
    node.getTaskNodeBuilder()
        .getOverridesBuilder()
        .getResourcesBuilder()
        .addRequestsBuilder()
        .setName(resource)
        .setValue(value);
    return node.build();
  }

  @Test
  void a_refusal_fits_into_the_headers_that_clients_take() {
    var broken = Samples.chain(task, 2000).toBuilder();
    broken.getTemplateBuilder().getNodesBuilderList().forEach(Node.Builder::clearInputs);

    var refusal = refused(workflow("v1"), broken.build());

    assertThat(refusal.message()).contains("more errors than fit").hasSizeLessThan(8000);
  }

  @Test
  void a_workflow_without_a_template_or_of_unknown_things_is_refused() {
    var unknownTask = task.toBuilder().setVersion("v9").build();
    var unknownPlan = Samples.id(ResourceType.LAUNCH_PLAN, inventory.project(), "lp", "v9");

    assertThat(refused(workflow("v1"), WorkflowSpec.getDefaultInstance()).message())
        .isEqualTo("missing spec");
    assertThat(refused(workflow("v1"), Samples.chain(unknownTask, 1)).message())
        .contains("with err: missing entity of type TASK with identifier project:")
        .contains("version:\"v9\"");
    assertThat(refused(workflow("v1"), Samples.starting(unknownPlan)).message())
        .contains("with err: missing entity of type LAUNCH_PLAN with identifier project:");
    assertThat(refused(task, Samples.chain(task, 1)).message())
        .startsWith("unexpected resource type task");
  }

  @Test
  void a_workflow_may_start_a_launch_plan_of_another() {
    var inner = workflow("v1");
    inventory.create(inner, Samples.chain(task, 1));
    var plan = Samples.id(ResourceType.LAUNCH_PLAN, inventory.project(), "wf", "v1");
    inventory.create(plan, Samples.launchPlan(inner));

    inventory.create(workflow("outer"), Samples.starting(plan));

    assertThat(
            inventory
                .workflow(workflow("outer"))
                .getClosure()
                .getCompiledWorkflow()
                .getPrimary()
                .getTemplate()
                .getNodes(2)
                .getWorkflowNode()
                .getLaunchplanRef())
        .isEqualTo(plan);
  }

  @Test
  void what_a_workflow_refers_to_must_be_readable_by_its_author() {
    var elsewhere = task.toBuilder().setProject("elsewhere").build();

    var refusal =
        inventory.refusedAs(
            inventory.task(),
            r -> r.workflows().create(request(workflow("v1"), Samples.chain(elsewhere, 1))));

    // A task may read the inventory of its own scope, and register nothing.
    assertThat(refusal.rejection().code()).isEqualTo(Rejection.Code.PERMISSION_DENIED);
  }

  @Test
  void a_graph_of_five_thousand_nodes_is_registered_and_read_back() {
    var id = workflow("large");

    inventory.create(id, Samples.chain(task, 5000));

    assertThat(
            inventory
                .workflow(id)
                .getClosure()
                .getCompiledWorkflow()
                .getPrimary()
                .getTemplate()
                .getNodesCount())
        .isEqualTo(5002);
  }

  private Identifier workflow(String version) {
    return Samples.id(ResourceType.WORKFLOW, inventory.project(), "wf", version);
  }

  private NamedEntityIdentifier scope() {
    return NamedEntityIdentifier.newBuilder()
        .setProject(inventory.project())
        .setDomain("development")
        .build();
  }

  private WorkflowStore.Summary summary(String version) {
    return database
        .api()
        .run("read", connection -> WorkflowStore.summary(connection, workflow(version)))
        .orElseThrow();
  }

  private Rejection refused(Identifier id, WorkflowSpec spec) {
    return inventory.refused(r -> r.workflows().create(request(id, spec))).rejection();
  }

  private static WorkflowCreateRequest request(Identifier id, WorkflowSpec spec) {
    return WorkflowCreateRequest.newBuilder().setId(id).setSpec(spec).build();
  }

  private static CreateWorkflowFailureReason reason(Rejection rejection) throws Exception {
    return rejection.detail().orElseThrow().unpack(CreateWorkflowFailureReason.class);
  }
}
