package dev.harrier.admin.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.database.Database;
import dev.harrier.database.TestDatabase;
import dev.harrier.spi.Rejection;
import dev.harrier.spi.Wire;
import flyteidl.admin.Common.NamedEntityIdentifier;
import flyteidl.admin.Common.ResourceListRequest;
import flyteidl.admin.Common.Sort;
import flyteidl.admin.ExecutionOuterClass.Execution;
import flyteidl.admin.ExecutionOuterClass.ExecutionState;
import flyteidl.admin.ExecutionOuterClass.ExecutionUpdateRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists of executions: their order, pages and filters. */
@ExtendWith(TestDatabase.class)
final class ExecutionListTest {
  private final Executions executions;

  ExecutionListTest(Database database, @TempDir Path folder) {
    executions = Executions.open(database, folder);
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
    executions.terminate(executions.create(executions.request("b")), "why");

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
