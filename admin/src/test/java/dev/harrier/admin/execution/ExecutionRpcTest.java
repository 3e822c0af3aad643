package dev.harrier.admin.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.admin.Inventory;
import dev.harrier.admin.Samples;
import dev.harrier.admin.TestDatabase;
import dev.harrier.database.Database;
import dev.harrier.spi.Command;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.PendingCommand;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import dev.harrier.spi.Wire;
import flyteidl.admin.Common.NamedEntityIdentifier;
import flyteidl.admin.Common.RawOutputDataConfig;
import flyteidl.admin.Common.ResourceListRequest;
import flyteidl.admin.Common.Sort;
import flyteidl.admin.ExecutionOuterClass.Execution;
import flyteidl.admin.ExecutionOuterClass.ExecutionMetadata;
import flyteidl.admin.ExecutionOuterClass.ExecutionMetadata.ExecutionMode;
import flyteidl.admin.ExecutionOuterClass.ExecutionRecoverRequest;
import flyteidl.admin.ExecutionOuterClass.ExecutionRelaunchRequest;
import flyteidl.admin.ExecutionOuterClass.ExecutionState;
import flyteidl.admin.ExecutionOuterClass.ExecutionTerminateRequest;
import flyteidl.admin.ExecutionOuterClass.ExecutionUpdateRequest;
import flyteidl.admin.ExecutionOuterClass.WorkflowExecutionGetDataRequest;
import flyteidl.core.Execution.WorkflowExecution.Phase;
import flyteidl.core.IdentifierOuterClass.NodeExecutionIdentifier;
import flyteidl.core.IdentifierOuterClass.ResourceType;
import flyteidl.core.Literals.LiteralMap;
import flyteidl.core.Security.Identity;
import flyteidl.core.Security.SecurityContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(TestDatabase.class)
final class ExecutionRpcTest {
  private final Executions executions;

  ExecutionRpcTest(Database database, @TempDir Path folder) {
    executions = Executions.open(database, folder);
  }

  @Test
  void a_created_execution_is_shown_and_its_first_command_handed_over() {
    var id = executions.create(executions.request("first"));

    var shown = executions.get(id);
    assertThat(shown.getClosure().getPhase()).isEqualTo(Phase.UNDEFINED);
    assertThat(shown.getClosure().hasStartedAt()).isFalse();
    assertThat(shown.getClosure().hasCreatedAt()).isTrue();
    assertThat(shown.getClosure().getWorkflowId()).isEqualTo(executions.workflow());
    assertThat(shown.getSpec().getLaunchPlan()).isEqualTo(executions.plan());
    assertThat(shown.getSpec().getMaxParallelism()).isEqualTo(25);
    assertThat(shown.getSpec().getMetadata().getPrincipal())
        .isEqualTo(Inventory.ADMINISTRATOR.subject());
    assertThat(shown.getSpec().getMetadata().getSystemMetadata().getNamespace())
        .isEqualTo(executions.project() + "-development");
    assertThat(executions.heard)
        .extracting(PendingCommand::command)
        .containsExactly(new Command.Create());
  }

  @Test
  void a_plan_of_another_domain_gives_nobody_what_they_may_not_name_there() {
    var known = Samples.id(ResourceType.LAUNCH_PLAN, executions.project(), "known", "v1");
    var identity = Identity.newBuilder().setK8SServiceAccount("root");
    executions.inventory.create(
        known,
        Samples.launchPlan(executions.workflow()).toBuilder()
            .setSecurityContext(SecurityContext.newBuilder().setRunAs(identity))
            .build());
    var plain = executions.request("plain").setDomain("production");
    var identified = executions.request("identified", known).setDomain("production");

    var refused =
        executions.refusedAs(Executions.RUNNER, calls -> calls.create(identified.build()));

    assertThat(refused.code()).isEqualTo(Rejection.Code.PERMISSION_DENIED);
    assertThat(refused.message()).contains("execution:assume_identity", "production");
    var made = executions.as(Executions.RUNNER, calls -> calls.create(plain.build()));
    assertThat(made.getId().getDomain()).isEqualTo("production");
    executions.create(executions.request("at-home", known));
  }

  @Test
  void a_task_of_another_domain_gives_nobody_what_they_may_not_name_where_it_runs() {
    var known = Samples.id(ResourceType.TASK, executions.project(), "as-root", "v1");
    var task = Samples.task().toBuilder();
    task.getTemplateBuilder()
        .getSecurityContextBuilder()
        .getRunAsBuilder()
        .setIamRole("arn:aws:iam::1:role/root");
    executions.inventory.create(known, task.build());
    var around = Samples.id(ResourceType.WORKFLOW, executions.project(), "around", "v1");
    executions.inventory.create(around, Samples.chain(known, 1));
    var plan = Samples.id(ResourceType.LAUNCH_PLAN, executions.project(), "around", "v1");
    executions.inventory.create(plan, Samples.launchPlan(around));
    for (var launched : List.of(known, plan)) {
      var name = "e" + launched.getResourceTypeValue();
      var elsewhere = executions.request(name, launched).setDomain("production");

      var refused =
          executions.refusedAs(Executions.RUNNER, calls -> calls.create(elsewhere.build()));

      assertThat(refused.code()).isEqualTo(Rejection.Code.PERMISSION_DENIED);
      assertThat(refused.message()).contains("execution:assume_identity", "production");
      executions.create(executions.request(name + "-home", launched));
    }
  }

  @Test
  void the_engine_finds_inputs_settings_and_graph() {
    var id = executions.create(executions.request("engine"));

    var record = executions.journal().load(List.of(id)).getFirst();

    assertThat(record.inputs().getLiteralsMap()).containsEntry("x", Samples.literal(3));
    assertThat(record.settings().getWorkflow()).isEqualTo(executions.workflow());
    assertThat(record.settings().getPrincipal()).isEqualTo(Inventory.ADMINISTRATOR.subject());
    assertThat(record.settings().getHeldPermissionsList())
        .contains("execution:assume_identity", "execution:place", "secret:use");
    assertThat(
            executions
                .journal()
                .closure(record.closureDigest())
                .getPrimary()
                .getTemplate()
                .getNodesList())
        .hasSize(4);
  }

  @Test
  void a_name_is_made_up_if_none_is_given() {
    var id = executions.create(executions.request(""));

    assertThat(id.name()).matches("a[bcdfghjklmnpqrstvwxz2456789]{19}");
  }

  @Test
  void a_task_alone_runs_as_a_workflow_of_one_node_and_stays_a_task() {
    var id = executions.create(executions.request("task", executions.task()));

    var shown = executions.get(id);
    assertThat(shown.getSpec().getLaunchPlan()).isEqualTo(executions.task());
    assertThat(shown.getClosure().getWorkflowId().getName()).isEqualTo(".flytegen.t");
    var record = executions.journal().load(List.of(id)).getFirst();
    var graph = executions.journal().closure(record.closureDigest());
    assertThat(graph.getTasksList()).hasSize(1);
    assertThat(graph.getPrimary().getTemplate().getNodesList()).hasSize(3);
  }

  @Test
  void of_many_who_create_the_same_name_one_wins() throws Exception {
    List<Callable<Boolean>> attempts = new ArrayList<>();
    for (var i = 0; i < 16; i++) {
      attempts.add(
          () -> {
            try {
              executions.create(executions.request("same"));
              return true;
            } catch (RejectedException refusal) {
              assertThat(refusal.rejection().code()).isEqualTo(Rejection.Code.ALREADY_EXISTS);
              return false;
            }
          });
    }

    var won = 0;
    try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var result : pool.invokeAll(attempts)) {
        won += result.get() ? 1 : 0;
      }
    }

    assertThat(won).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1abc | does not match regex",
        "-abc | does not match regex",
        "a_b | does not match regex",
        "a/../b | does not match regex",
        "a'; DROP TABLE execution; -- | does not match regex",
      })
  void a_name_that_is_none_is_refused(String name, String message) {
    var refusal = executions.refused(calls -> calls.create(executions.request(name).build()));

    assertThat(refusal.code()).isEqualTo(Rejection.Code.INVALID_ARGUMENT);
    assertThat(refusal.message()).contains(message);
  }

  @Test
  void a_name_of_64_characters_is_refused_and_upper_case_is_kept() {
    var refusal =
        executions.refused(calls -> calls.create(executions.request("a".repeat(64)).build()));

    assertThat(refusal.message()).startsWith("size of name exceeded length 63");
    assertThat(executions.create(executions.request("UPPER-")).name()).isEqualTo("UPPER-");
  }

  @Test
  void what_is_missing_is_named() {
    assertThat(message(r -> r.clearProject())).isEqualTo("missing project");
    assertThat(message(r -> r.clearDomain())).isEqualTo("missing domain");
    assertThat(message(r -> r.clearSpec())).isEqualTo("missing spec");
    assertThat(message(r -> r.getSpecBuilder().clearLaunchPlan())).isEqualTo("missing id");
    assertThat(message(r -> r.getSpecBuilder().getLaunchPlanBuilder().clearVersion()))
        .isEqualTo("missing version");
    assertThat(message(r -> r.setDomain("nowhere")))
        .isEqualTo("domain [nowhere] is unrecognized by system");
    assertThat(
            message(
                r ->
                    r.getSpecBuilder()
                        .getLaunchPlanBuilder()
                        .setResourceType(ResourceType.WORKFLOW)))
        .contains("WORKFLOW");
    assertThat(message(r -> r.clearInputs())).isEqualTo("expected_inputs x missing");
    assertThat(message(r -> r.getInputsBuilder().putLiterals("zz", Samples.literal(1))))
        .isEqualTo("invalid input zz");
    assertThat(message(r -> r.getInputsBuilder().putLiterals("x", Samples.literal("text"))))
        .contains("invalid x input wrong type");
  }

  @Test
  void what_cannot_be_launched_is_not_found() {
    var refusal =
        executions.refused(
            calls ->
                calls.create(
                    executions
                        .request("gone", executions.plan().toBuilder().setVersion("v9").build())
                        .build()));

    assertThat(refusal.code()).isEqualTo(Rejection.Code.NOT_FOUND);
    assertThat(refusal.message()).startsWith("missing entity of type LAUNCH_PLAN");
  }

  @Test
  void a_stranger_learns_nothing_and_nobody_speaks_as_the_engine() {
    var stranger =
        executions.refusedAs(
            Inventory.STRANGER, calls -> calls.create(executions.request("s").build()));
    var impostor =
        executions.refused(
            calls -> {
              var request = executions.request("i");
              request
                  .getSpecBuilder()
                  .setMetadata(
                      ExecutionMetadata.newBuilder()
                          .setParentNodeExecution(NodeExecutionIdentifier.getDefaultInstance()));
              return calls.create(request.build());
            });

    assertThat(stranger.code()).isEqualTo(Rejection.Code.PERMISSION_DENIED);
    assertThat(impostor.code()).isEqualTo(Rejection.Code.PERMISSION_DENIED);
  }

  @Test
  void a_task_may_create_executions_but_not_choose_an_identity_or_a_place_for_data() {
    var task = executions.inventory.task();
    var asRoot = executions.request("root");
    asRoot
        .getSpecBuilder()
        .setSecurityContext(
            SecurityContext.newBuilder()
                .setRunAs(Identity.newBuilder().setK8SServiceAccount("root")));
    var elsewhere = executions.request("elsewhere");
    elsewhere
        .getSpecBuilder()
        .setRawOutputDataConfig(
            RawOutputDataConfig.newBuilder().setOutputLocationPrefix("/elsewhere"));

    assertThat(executions.refusedAs(task, calls -> calls.create(asRoot.build())).code())
        .isEqualTo(Rejection.Code.PERMISSION_DENIED);
    assertThat(executions.refusedAs(task, calls -> calls.create(elsewhere.build())).code())
        .isEqualTo(Rejection.Code.PERMISSION_DENIED);
    var created = executions.as(task, calls -> calls.create(executions.request("ok").build()));
    assertThat(created.getId().getName()).isEqualTo("ok");
  }

  @Test
  void a_terminated_execution_shows_aborting_and_asking_again_changes_nothing() {
    var id = executions.create(executions.request("abort"));
    executions.heard.clear();

    terminate(id, "because");
    terminate(id, "again");

    var closure = executions.get(id).getClosure();
    assertThat(closure.getPhase()).isEqualTo(Phase.ABORTING);
    assertThat(closure.getAbortMetadata().getCause()).isEqualTo("because");
    assertThat(executions.heard)
        .extracting(PendingCommand::command)
        .containsExactly(new Command.Abort("because", Inventory.ADMINISTRATOR.subject()));
    assertThat(
            executions
                .refused(
                    calls -> {
                      calls.terminate(
                          ExecutionTerminateRequest.newBuilder()
                              .setId(Wire.identifier(executions.id("nope")))
                              .build());
                      return "";
                    })
                .code())
        .isEqualTo(Rejection.Code.NOT_FOUND);
  }

  @Test
  void an_archived_execution_is_listed_only_if_asked_for() {
    var id = executions.create(executions.request("old"));
    executions.create(executions.request("new"));

    executions.call(
        calls ->
            calls.update(
                ExecutionUpdateRequest.newBuilder()
                    .setId(Wire.identifier(id))
                    .setState(ExecutionState.EXECUTION_ARCHIVED)
                    .build()));

    assertThat(names(list())).containsExactly("new");
    assertThat(names(list().setFilters("eq(state,1)"))).containsExactly("old");
    assertThat(executions.get(id).getClosure().getStateChangeDetails().getState())
        .isEqualTo(ExecutionState.EXECUTION_ARCHIVED);
  }

  @Test
  void lists_are_newest_first_and_every_page_leads_to_the_next() {
    for (var i = 0; i < 5; i++) {
      executions.create(executions.request("e" + i));
    }

    var seen = new ArrayList<String>();
    var token = "";
    do {
      var request = list().setLimit(2).setToken(token).build();
      var page = executions.call(calls -> calls.list(request));
      page.getExecutionsList().forEach(execution -> seen.add(execution.getId().getName()));
      token = page.getToken();
    } while (!token.isEmpty());

    assertThat(seen).containsExactly("e4", "e3", "e2", "e1", "e0");
    assertThat(names(list().setToken("2"))).containsExactly("e2", "e1", "e0");
    assertThat(
            names(
                list()
                    .setSortBy(
                        Sort.newBuilder()
                            .setKey("execution_name")
                            .setDirection(Sort.Direction.ASCENDING))))
        .containsExactly("e0", "e1", "e2", "e3", "e4");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "eq(phase,ABORTING) | b",
        "ne(phase,ABORTING) | a",
        "value_in(phase,UNDEFINED;QUEUED) | a",
        "eq(execution_name,a) | a",
        "contains(execution_name,b) | b",
        "eq(workflow.name,w)+eq(execution_name,b) | b",
        "eq(launch_plan.name,w)+ne(execution_name,b) | a",
        "value_in(admin_tag.name,one;two) | a",
        "eq(execution_tag.key,two) | a",
        "eq(user,sa:admin)+eq(execution_name,a) | a",
        "eq(mode,0)+eq(abort_cause,why) | b",
      })
  void filters_name_columns_of_executions_and_what_belongs_to_them(String filter, String name) {
    var tagged = executions.request("a");
    tagged.setSpec(tag(tagged.getSpec(), "one", "two"));
    executions.create(tagged);
    terminate(executions.create(executions.request("b")), "why");

    assertThat(names(list().setFilters(filter))).containsExactly(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "eq(name,x)",
        "eq(1=1;--,x)",
        "eq(execution_name) OR 1=1,x)",
        "eq(created_at,yesterday)",
        "like(execution_name,x)",
        "eq(node_execution.phase,x)",
        "nonsense",
        "eq(spec,x)",
      })
  void filters_outside_the_closed_set_are_refused(String filter) {
    var refusal = executions.refused(calls -> calls.list(list().setFilters(filter).build()));

    assertThat(refusal.code()).isEqualTo(Rejection.Code.INVALID_ARGUMENT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "eq(execution_name,x' OR '1'='1)",
        "eq(execution_name,x\" OR true --)",
        "contains(workflow.name,%' UNION SELECT 1 --)",
        "value_in(execution_name,a';DELETE FROM execution;--)",
      })
  void values_are_never_sql(String filter) {
    executions.create(executions.request("kept"));

    assertThat(names(list().setFilters(filter))).isEmpty();
    assertThat(names(list())).containsExactly("kept");
  }

  @ParameterizedTest
  @ValueSource(strings = {"name", "project", "created_at; DROP TABLE execution", "spec", ""})
  void sort_keys_outside_the_closed_set_are_refused(String key) {
    var refusal =
        executions.refused(
            calls -> calls.list(list().setSortBy(Sort.newBuilder().setKey(key)).build()));

    assertThat(refusal.code()).isEqualTo(Rejection.Code.INVALID_ARGUMENT);
  }

  @Test
  void a_relaunched_execution_has_the_same_inputs_and_names_its_origin() {
    var origin = executions.create(executions.request("origin"));

    var id =
        executions.call(
            calls ->
                Wire.executionId(
                    calls
                        .relaunch(
                            ExecutionRelaunchRequest.newBuilder()
                                .setId(Wire.identifier(origin))
                                .setName("again")
                                .build())
                        .getId()));

    var metadata = executions.get(id).getSpec().getMetadata();
    assertThat(metadata.getMode()).isEqualTo(ExecutionMode.RELAUNCH);
    assertThat(metadata.getReferenceExecution()).isEqualTo(Wire.identifier(origin));
    assertThat(data(id)).isEqualTo(data(origin));
  }

  @Test
  void a_running_execution_cannot_be_recovered() {
    var id = executions.create(executions.request("running"));

    var refusal =
        executions.refused(
            calls ->
                calls.recover(
                    ExecutionRecoverRequest.newBuilder().setId(Wire.identifier(id)).build()));

    assertThat(refusal.code()).isEqualTo(Rejection.Code.FAILED_PRECONDITION);
  }

  private LiteralMap data(ExecutionId id) {
    return executions.call(
        calls ->
            calls
                .data(
                    WorkflowExecutionGetDataRequest.newBuilder().setId(Wire.identifier(id)).build())
                .getFullInputs());
  }

  private void terminate(ExecutionId id, String cause) {
    executions.call(
        calls ->
            calls.terminate(
                ExecutionTerminateRequest.newBuilder()
                    .setId(Wire.identifier(id))
                    .setCause(cause)
                    .build()));
  }

  private String message(
      java.util.function.Consumer<flyteidl.admin.ExecutionOuterClass.ExecutionCreateRequest.Builder>
          change) {
    var request = executions.request("bad");
    change.accept(request);
    return executions.refused(calls -> calls.create(request.build())).message();
  }

  private ResourceListRequest.Builder list() {
    return ResourceListRequest.newBuilder()
        .setId(
            NamedEntityIdentifier.newBuilder()
                .setProject(executions.project())
                .setDomain("development"))
        .setLimit(100);
  }

  private List<String> names(ResourceListRequest.Builder request) {
    return executions.call(calls -> calls.list(request.build())).getExecutionsList().stream()
        .map(Execution::getId)
        .map(id -> id.getName())
        .toList();
  }

  @SuppressWarnings("deprecation")
  private static flyteidl.admin.ExecutionOuterClass.ExecutionSpec tag(
      flyteidl.admin.ExecutionOuterClass.ExecutionSpec spec, String... tags) {
    return spec.toBuilder().addAllTags(List.of(tags)).build();
  }
}
