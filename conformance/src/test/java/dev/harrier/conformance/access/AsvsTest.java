package dev.harrier.conformance.access;

import static dev.harrier.conformance.access.Submitted.denied;
import static dev.harrier.conformance.access.Submitted.plan;
import static dev.harrier.conformance.access.Submitted.start;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.harrier.conformance.access.AccessWorld.World;
import flyteidl.admin.Common.ResourceListRequest;
import flyteidl.core.IdentifierOuterClass.ResourceType;
import io.grpc.Metadata;
import io.grpc.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Requirements of OWASP's ASVS 5.0 that a running server shows. */
@Tag("python")
@ExtendWith(AccessWorld.class)
final class AsvsTest {
  /** A thing that refers to another project's needs the right to read it there (ASVS 8.2.2). */
  @Test
  void asvs_8_2_2_a_reference_leads_into_no_other_project(World world) {
    var lacks = "lacks the permission inventory:read on project 'bubo', domain 'development'";
    var foreign = new Things(Place.FOREIGN);

    for (var type : List.of(ResourceType.LAUNCH_PLAN, ResourceType.TASK)) {
      denied(lacks, start(world, "project-admin", spec -> spec.setLaunchPlan(foreign.id(type))));
    }
    denied(
        lacks,
        plan(
            world, "project-admin", spec -> spec.setWorkflowId(foreign.id(ResourceType.WORKFLOW))));
  }

  /** No organization in a request leads anywhere else: there is one (ASVS 8.2.2). */
  @Test
  void asvs_8_2_2_an_organization_in_a_request_changes_nothing(World world) {
    var rpc = Rpcs.of("AdminService/GetExecution");
    var request = world.requests(Place.FOREIGN).of(rpc, "").toBuilder();
    var id = request.getFieldBuilder(request.getDescriptorForType().findFieldByName("id"));
    id.setField(id.getDescriptorForType().findFieldByName("org"), "aquila");

    assertThat(world.as("project-admin-whole").call(rpc, request.build()).code())
        .isEqualTo(Status.Code.PERMISSION_DENIED);
  }

  /** A filter of a megabyte is answered at once (ASVS 1.3.12). */
  @Test
  void asvs_1_3_12_a_filter_of_a_megabyte_costs_nothing(World world) {
    var request = ResourceListRequest.newBuilder().setLimit(1);
    request.getIdBuilder().setProject(Place.OWN.project()).setDomain(Place.OWN.domain());
    for (var filter :
        List.of(
            "eq(name,".repeat(131_072),
            "(".repeat(1 << 20),
            "eq(name,a)+".repeat(95_325),
            "value_in(name," + "a;".repeat(524_288) + ")")) {
      var answer =
          world
              .as("viewer")
              .call(Rpcs.of("AdminService/ListTasks"), request.setFilters(filter).build());

      assertThat(answer.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }
  }

  /** A token in an address opens nothing: addresses are kept by browsers and proxies (14.2.1). */
  @Test
  void asvs_14_2_1_a_token_in_an_address_opens_nothing(World world) throws IOException {
    var token = world.token("root");
    for (var name : List.of("access_token", "token", "authorization", "flyte-authorization")) {
      var answer =
          world
              .http(Optional.empty())
              .send("GET", "/api/v1/projects?" + name + "=" + token, "", "");

      assertThat(answer.status()).as(name).isEqualTo(401);
      assertThat(answer.text()).as(name).doesNotContain(token);
    }
    assertThat(world.http(Optional.of(token)).send("GET", "/api/v1/projects", "", "").status())
        .isEqualTo(200);
    // The log is in order: what is recorded behind these calls comes behind their records.
    awaitRecord(world, deniedCall(world));
    assertThat(world.audit()).doesNotContain(token);
  }

  /** What is somebody's is not kept on the way to them (14.3.2). */
  @Test
  void asvs_14_3_2_no_answer_of_the_api_is_kept_on_its_way(World world) {
    var viewer = world.http(Optional.of(world.token("viewer")));
    for (var path : List.of("/api/v1/projects", "/me", "/api/v1/nothing", "/api/v1/version")) {
      for (var http : List.of(viewer, world.http(Optional.empty()))) {
        assertThat(http.send("GET", path, "", "").headers())
            .as(path)
            .containsPattern("cache-control=\\[[^]]*no-store");
      }
    }
  }

  /** Who proves who they are and who fails to is recorded (16.3.1). */
  @Test
  void asvs_16_3_1_a_failed_login_is_recorded(World world) throws IOException {
    String[] words = {"\"operation\":\"POST /oauth2/token\"", "\"status_id\":2"};
    var before = records(world, words);

    var answer =
        world
            .http(Optional.empty())
            .send(
                "POST",
                "/oauth2/token",
                "grant_type=client_credentials&scope=all&client_id=nobody&client_secret=no",
                "application/x-www-form-urlencoded");

    assertThat(answer.status()).isEqualTo(401);
    awaitMore(world, before, words);
  }

  /** A denial is recorded with who asked, and for what (16.3.2). */
  @Test
  void asvs_16_3_2_a_denial_is_recorded_with_who_asked_for_what(World world) {
    awaitRecord(
        world,
        deniedCall(world),
        "\"decision\":\"denied\"",
        "\"name\":\"project:create\"",
        "\"uid\":\"sa:viewer\"",
        "AdminService/RegisterProject");
  }

  /** Has a call denied; what is in its record alone. */
  private static String deniedCall(World world) {
    var id = UUID.randomUUID().toString();
    var headers = new Metadata();
    headers.put(Metadata.Key.of("x-request-id", Metadata.ASCII_STRING_MARSHALLER), id);
    var rpc = Rpcs.of("AdminService/RegisterProject");
    var request = world.requests(Place.OWN).of(rpc, "");

    assertThat(world.as("viewer").call(rpc, request, headers).code())
        .isEqualTo(Status.Code.PERMISSION_DENIED);

    return "\"correlation_uid\":\"" + id + "\"";
  }

  private static long records(World world, String... words) throws IOException {
    return world
        .audit()
        .lines()
        .filter(line -> List.of(words).stream().allMatch(line::contains))
        .count();
  }

  private static void awaitRecord(World world, String... words) {
    awaitMore(world, 0, words);
  }

  /** The log is written a moment after the answer. */
  private static void awaitMore(World world, long before, String... words) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(records(world, words)).isGreaterThan(before));
  }
}
