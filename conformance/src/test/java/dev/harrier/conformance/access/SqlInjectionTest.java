package dev.harrier.conformance.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import dev.harrier.conformance.access.AccessWorld.World;
import dev.harrier.conformance.access.GrpcCalls.Answer;
import flyteidl.admin.Common.ResourceListRequest;
import flyteidl.admin.Common.Sort;
import flyteidl.admin.NodeExecutionOuterClass.NodeExecutionListRequest;
import flyteidl.admin.ProjectOuterClass.ProjectListRequest;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * H01: filters and sort keys of lists became SQL as they were sent (CVE-2023-41891). Five thousand
 * texts that break out of such SQL, in every place where a list takes a text: each is refused or
 * taken as a mere value.
 */
@Tag("python")
@ExtendWith(AccessWorld.class)
final class SqlInjectionTest {
  private static final List<String> LISTS =
      List.of("ListExecutions", "ListTasks", "ListWorkflows", "ListLaunchPlans");

  private static final List<String> FUNCTIONS =
      List.of("eq", "ne", "gt", "lt", "contains", "value_in", "value_not_in");

  @Test
  void h01_no_text_of_a_filter_or_a_sort_key_becomes_sql(World world) {
    var viewer = world.as("viewer");
    var before = things(world);
    var calls = 0;
    for (var payload : payloads()) {
      for (var name : LISTS) {
        var rpc = Rpcs.of("AdminService/" + name);
        for (var filter : filters(payload)) {
          harmless(payload, viewer.call(rpc, list().setFilters(filter).build()));
          calls++;
        }
        harmless(
            payload,
            viewer.call(
                rpc,
                list()
                    .setSortBy(
                        Sort.newBuilder().setKey(payload).setDirection(Sort.Direction.ASCENDING))
                    .build()));
        harmless(payload, viewer.call(rpc, list().setToken(payload).build()));
        calls += 2;
      }
      harmless(
          payload,
          viewer.call(
              Rpcs.of("AdminService/ListProjects"),
              ProjectListRequest.newBuilder()
                  .setFilters("eq(name," + payload + ")")
                  .setSortBy(Sort.newBuilder().setKey(payload))
                  .build()));
      var nodes =
          NodeExecutionListRequest.newBuilder()
              .setLimit(10)
              .setFilters("eq(phase," + payload + ")");
      nodes
          .getWorkflowExecutionIdBuilder()
          .setProject(Place.OWN.project())
          .setDomain(Place.OWN.domain())
          .setName(Place.NAME);
      harmless(payload, viewer.call(Rpcs.of("AdminService/ListNodeExecutions"), nodes.build()));
      calls += 2;
    }

    assertThat(calls).isGreaterThan(5_000);
    assertThat(things(world)).isEqualTo(before);
  }

  /** What was there before, as it is now; other tests archive and activate, which is not in it. */
  private static List<Message> things(World world) {
    var things = new ArrayList<Message>();
    for (var place : List.of(Place.OWN, Place.OTHER_DOMAIN, Place.FOREIGN)) {
      for (var name : List.of("GetTask", "GetWorkflow", "GetExecutionData")) {
        var rpc = Rpcs.of("AdminService/" + name);
        var answer = world.as("root").call(rpc, world.requests(place).of(rpc, ""));
        assertThat(answer.code()).as(name).isEqualTo(Status.Code.OK);
        things.addAll(answer.messages());
      }
    }
    return things;
  }

  private static void harmless(String payload, Answer answer) {
    assertThat(answer.code())
        .as("%s: %s", payload, answer.sentence())
        .isIn(Status.Code.OK, Status.Code.INVALID_ARGUMENT);
    assertThat(answer.text())
        .doesNotContain(Place.FOREIGN.canaryBeginning())
        .doesNotContain("PostgreSQL")
        .doesNotContain("org.postgresql")
        .doesNotContain("syntax error");
  }

  private static ResourceListRequest.Builder list() {
    var request = ResourceListRequest.newBuilder().setLimit(10);
    request.getIdBuilder().setProject(Place.OWN.project()).setDomain(Place.OWN.domain());
    return request;
  }

  private static List<String> filters(String payload) {
    var filters = new ArrayList<String>();
    for (var function : FUNCTIONS) {
      filters.add("%s(name,%s)".formatted(function, payload));
    }
    filters.add("eq(%s,x)".formatted(payload));
    filters.add("eq(workflow.%s,x)".formatted(payload));
    filters.add("%s(name,x)".formatted(payload));
    filters.add("eq(created_at,%s)".formatted(payload));
    filters.add(payload);
    return filters;
  }

  /** Ways out of a value, a name, a number and a comment, each with something to do outside. */
  private static List<String> payloads() {
    var exits = List.of("'", "\"", "')", "'))", "\\'", "0", "name", "%27", "\u02bc", "'/**/");
    var deeds =
        List.of(
            " OR 1=1 --",
            "; DROP TABLE execution; --",
            " UNION SELECT spec FROM execution --",
            " AND pg_sleep(20) IS NULL --",
            "||(SELECT current_user)||'",
            " OR project = 'bubo' --",
            ",(SELECT count(*) FROM pg_class)",
            "::int",
            "; COPY execution TO PROGRAM 'id' --");
    var payloads = new ArrayList<String>();
    for (var exit : exits) {
      for (var deed : deeds) {
        payloads.add(exit + deed);
      }
    }
    payloads.addAll(
        List.of(
            "p.id",
            "e.spec",
            "execution.spec",
            "created_at; --",
            "created_at DESC, (SELECT 1)",
            "CASE WHEN 1=1 THEN name END",
            "$1",
            "?",
            "${x}",
            "{{x}}",
            "%s",
            "\\x00",
            "1e309",
            "name\u0000",
            "name--",
            "/*",
            "*/",
            "name COLLATE \"C\"",
            "1) OR (1=1",
            "NULL"));
    return payloads;
  }
}
