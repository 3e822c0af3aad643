package dev.harrier.conformance.access;

import static dev.harrier.conformance.access.Submitted.done;
import static dev.harrier.conformance.access.Submitted.start;
import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.conformance.access.AccessWorld.World;
import dev.harrier.conformance.access.GrpcCalls.Answer;
import flyteidl.admin.Common.ResourceListRequest;
import flyteidl.admin.Common.Sort;
import flyteidl.admin.ExecutionOuterClass.ExecutionList;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A page's token is good for the caller who got it, and for the list that it came with. */
@Tag("python")
@ExtendWith(AccessWorld.class)
final class PageTokensTest {
  private static final String LIST = "AdminService/ListExecutions";

  @BeforeAll
  static void make(World world) {
    for (var caller : List.of("runner", "runner", "contributor")) {
      done(start(world, caller, spec -> {}));
    }
  }

  @Test
  void a_caller_goes_on_with_the_own_token_also_by_pages_of_another_size(World world) {
    var seen = new HashSet<String>();
    var request = list().toBuilder();
    for (var limit = 1; limit < 4; limit++) {
      var answer = world.as("viewer").call(Rpcs.of(LIST), request.setLimit(limit).build());
      var page = (ExecutionList) answer.messages().getFirst();
      page.getExecutionsList().forEach(one -> seen.add(one.getId().getName()));
      request.setToken(page.getToken());
      if (page.getToken().isEmpty()) {
        break;
      }
    }

    assertThat(seen).hasSizeGreaterThanOrEqualTo(4);
  }

  @Test
  void a_token_of_another_caller_is_refused(World world) {
    var token = token(world, "viewer");

    for (var caller : List.of("data-viewer", "project-admin", "platform-admin", "viewer-whole")) {
      refused(world.as(caller).call(Rpcs.of(LIST), with(token)));
    }
    refused(world.withToken(world.taskToken()).call(Rpcs.of(LIST), with(token)));
  }

  @Test
  void a_token_of_another_list_project_domain_filter_or_order_is_refused(World world) {
    var token = token(world, "root");
    var root = world.as("root");
    var other = with(token).toBuilder();

    other.getIdBuilder().setProject(Place.FOREIGN.project());
    refused(root.call(Rpcs.of(LIST), other.build()));
    other.setId(with(token).getId().toBuilder().setDomain("production"));
    refused(root.call(Rpcs.of(LIST), other.build()));
    refused(
        root.call(Rpcs.of(LIST), with(token).toBuilder().setFilters("eq(phase,FAILED)").build()));
    refused(
        root.call(
            Rpcs.of(LIST),
            with(token).toBuilder()
                .setSortBy(Sort.newBuilder().setKey("name").setDirection(Sort.Direction.ASCENDING))
                .build()));
    refused(root.call(Rpcs.of("AdminService/ListTasks"), with(token)));
    refused(root.call(Rpcs.of("AdminService/ListWorkflows"), with(token)));
  }

  @Test
  void a_token_that_was_altered_or_made_up_is_refused(World world) {
    var token = token(world, "viewer");
    var forged = new ArrayList<String>();
    for (var at = 0; at < token.length(); at++) {
      var letter = token.charAt(at) == 'A' ? 'B' : 'A';
      forged.add(token.substring(0, at) + letter + token.substring(at + 1));
    }
    forged.addAll(
        List.of(
            token.substring(0, token.lastIndexOf('.')),
            token.substring(0, token.lastIndexOf('.') + 1),
            token + "A",
            token + ".",
            "k.",
            "k..",
            "k." + token,
            "K" + token.substring(1),
            "x",
            "-1",
            "1e3",
            "k." + "A".repeat(100_000)));
    for (var one : forged) {
      refused(world.as("viewer").call(Rpcs.of(LIST), with(one)));
    }
    var route = HttpCalls.routes(Rpcs.of(LIST)).getFirst();
    var http = world.http(Optional.of(world.token("data-viewer")));
    assertThat(http.call(route, with(token)).status()).isEqualTo(400);
  }

  @Test
  void a_bare_number_is_an_offset(World world) {
    assertThat(world.as("viewer").call(Rpcs.of(LIST), with("1")).code()).isEqualTo(Status.Code.OK);
  }

  private static String token(World world, String caller) {
    var answer = world.as(caller).call(Rpcs.of(LIST), list());
    var token = ((ExecutionList) answer.messages().getFirst()).getToken();
    assertThat(token).isNotEmpty();
    return token;
  }

  private static ResourceListRequest list() {
    return with("");
  }

  private static ResourceListRequest with(String token) {
    var request = ResourceListRequest.newBuilder().setLimit(1).setToken(token);
    request.getIdBuilder().setProject(Place.OWN.project()).setDomain(Place.OWN.domain());
    return request.build();
  }

  private static void refused(Answer answer) {
    assertThat(answer.code()).as(answer.text()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(answer.messages()).isEmpty();
  }
}
