package dev.harrier.conformance.access;

import static dev.harrier.conformance.access.Submitted.denied;
import static dev.harrier.conformance.access.Submitted.execution;
import static dev.harrier.conformance.access.Submitted.pod;
import static dev.harrier.conformance.access.Submitted.start;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import dev.harrier.conformance.access.AccessWorld.World;
import dev.harrier.conformance.access.GrpcCalls.Answer;
import flyteidl.admin.Common.ResourceListRequest;
import flyteidl.admin.ExecutionOuterClass.ExecutionList;
import flyteidl.service.Dataproxy.CreateUploadLocationRequest;
import flyteidl.service.Dataproxy.CreateUploadLocationResponse;
import flyteidl.service.Identity.UserInfoResponse;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Holes of Flyte 1 about access, each with a test that would find it again. */
@Tag("python")
@ExtendWith(AccessWorld.class)
final class ImmunityTest {
  /** H12: a header named UserInfo-bin, or one of a proxy, was believed about who calls. */
  @Test
  void h12_no_header_but_a_token_says_who_calls(World world) {
    var headers = new Metadata();
    for (var name : List.of("x-user-subject", "grpc-metadata-userinfo-bin-x", "x-forwarded-user")) {
      headers.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), "sa:root");
    }
    headers.put(
        Metadata.Key.of("userinfo-bin", Metadata.BINARY_BYTE_MARSHALLER),
        "{\"sub\":\"sa:root\"}".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    var rpc = Rpcs.of("IdentityService/UserInfo");

    var nobody = world.nobody().call(rpc, Rpcs.empty(rpc), headers);
    var viewer = world.as("viewer").call(rpc, Rpcs.empty(rpc), headers);

    assertThat(nobody.code()).isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(((UserInfoResponse) viewer.messages().getFirst()).getSubject())
        .isEqualTo("sa:viewer");
  }

  /** H13: metadata that says "from_http" took a call past the check of its transport. */
  @Test
  void h13_no_header_says_that_a_call_was_checked_before(World world) {
    var headers = new Metadata();
    headers.put(Metadata.Key.of("from_http", Metadata.ASCII_STRING_MARSHALLER), "true");

    assertThat(
            world
                .nobody()
                .call(
                    Rpcs.of("AdminService/ListProjects"),
                    Rpcs.empty(Rpcs.of("AdminService/ListProjects")),
                    headers)
                .code())
        .isEqualTo(Status.Code.UNAUTHENTICATED);
  }

  /** H14: streams went around the checks of calls, and reflection was open to everybody. */
  @Test
  void h14_streams_are_checked_and_nothing_is_reflected(World world) {
    for (var name : List.of("SyncAgentService/ExecuteTaskSync", "AsyncAgentService/GetTaskLogs")) {
      assertThat(world.nobody().call(Rpcs.of(name), Rpcs.empty(Rpcs.of(name))).code())
          .as(name)
          .isEqualTo(Status.Code.UNAUTHENTICATED);
    }
    var question = ServerReflectionRequest.newBuilder().setListServices("*").build();
    for (var caller : List.of(world.nobody(), world.as("stranger"), world.as("root"))) {
      assertThat(caller.call(ServerReflectionGrpc.getServerReflectionInfoMethod(), question).code())
          .isIn(Status.Code.UNIMPLEMENTED, Status.Code.UNAUTHENTICATED);
    }
  }

  /** H15: the catalog of cached results asked nobody who they are: any pod could poison it. */
  @Test
  void h15_the_catalog_asks_who_calls_and_for_which_project(World world) {
    for (var name : List.of("CreateArtifact", "GetArtifact", "UpdateArtifact", "AddTag")) {
      var rpc = Rpcs.of("DataCatalog/" + name);
      var foreign = world.requests(Place.FOREIGN).of(rpc, "");

      assertThat(world.nobody().call(rpc, foreign).code()).isEqualTo(Status.Code.UNAUTHENTICATED);
      assertThat(world.as("project-admin-whole").call(rpc, foreign).code())
          .isEqualTo(Status.Code.PERMISSION_DENIED);
    }
  }

  /** H16: any user could forge what an execution did, make projects, set attributes, approve. */
  @Test
  void h16_nobody_forges_events_projects_attributes_or_approvals(World world) {
    for (var name : List.of("CreateWorkflowEvent", "CreateNodeEvent", "CreateTaskEvent")) {
      var rpc = Rpcs.of("AdminService/" + name);
      for (var caller : List.of("stranger", "project-admin", "platform-admin")) {
        assertThat(world.as(caller).call(rpc, world.requests(Place.OWN).of(rpc, "")).code())
            .as("%s by %s", name, caller)
            .isEqualTo(Status.Code.UNIMPLEMENTED);
      }
    }
    denied("project:create", own(world, "project-admin-whole", "AdminService/RegisterProject"));
    denied(
        "attributes:write",
        own(world, "contributor", "AdminService/UpdateProjectDomainAttributes"));
    denied("signal:set", own(world, "data-viewer", "SignalService/SetSignal"));
  }

  /** H17: who named a parent node got the principal of the parent's user. */
  @Test
  void h17_no_request_takes_the_principal_of_a_parent(World world) {
    denied(
        "execution:impersonate_parent",
        start(
            world,
            "runner",
            "h17",
            spec ->
                spec.getMetadataBuilder()
                    .getParentNodeExecutionBuilder()
                    .setNodeId("n0")
                    .setExecutionId(execution(Place.OWN))));
    var rpc = Rpcs.of("AdminService/GetExecution");
    var request = world.requests(Place.OWN).of(rpc, "").toBuilder();
    request.setField(
        request.getDescriptorForType().findFieldByName("id"),
        execution(Place.OWN).toBuilder().setName("h17").build());
    assertThat(world.as("root").call(rpc, request.build()).code()).isEqualTo(Status.Code.NOT_FOUND);
  }

  /** H18: a request could name any role, any service account and any pod. */
  @Test
  void h18_no_request_names_an_identity_or_a_pod_of_its_choice(World world) {
    denied(
        "execution:assume_identity",
        start(
            world,
            "contributor",
            spec -> spec.getSecurityContextBuilder().getRunAsBuilder().setIamRole("admin")));
    denied(
        "restricted standard",
        pod(world, "contributor", "{hostPID: true, containers: [{name: a}]}"));
  }

  /** H19: whoever could name an object got a signed address to it. */
  @Test
  void h19_no_address_is_signed_that_a_caller_names_by_a_path(World world) {
    var rpc = Rpcs.of("DataProxyService/CreateDownloadLocation");
    var blobs = world.blobs();
    for (var address :
        List.of(
            blobs + "/bubo/development/metadata/e1/n0/data/inputs.pb",
            blobs + "/aquila/development/../../bubo/development/metadata/e1/inputs.pb",
            "file://" + blobs + "/bubo/development/metadata/e1/inputs.pb",
            "s3://bucket/bubo/secret",
            "/etc/passwd",
            "file:///etc/shadow",
            "http://169.254.169.254/latest/meta-data",
            blobs + "/../security/signing-key.json",
            "",
            "\\..\\x")) {
      var request = rpcWith(rpc, "native_url", address);
      for (var caller : List.of("data-viewer", "project-admin", "project-admin-whole")) {
        denied("data:download_raw", world.as(caller).call(rpc, request));
      }
      // Not even who may read everything: a path says nothing about whose it is.
      assertThat(world.as("root").call(rpc, request).code()).isEqualTo(Status.Code.UNIMPLEMENTED);
    }
  }

  /** H20: ".." in the name of an upload reached any key of the bucket. */
  @Test
  void h20_every_upload_goes_below_its_project_and_domain(World world) {
    var random = new Random(20);
    var rpc = Rpcs.of("DataProxyService/CreateUploadLocation");
    var own = world.blobs() + "/aquila/development/upload/";
    var caller = world.as("contributor");
    var parts =
        List.of(
            "..",
            ".",
            "/",
            "\\",
            "%2e%2e",
            "%2f",
            "a",
            "b.tar.gz",
            "é",
            " ",
            "?",
            "#",
            "\u0000",
            "~",
            "*",
            "\r\n",
            "..;",
            "....",
            "//",
            "C:",
            "file://",
            "bubo",
            "\u2025",
            "\u2215");
    var offered = 0;
    for (var attempt = 0; attempt < 3_000; attempt++) {
      var request =
          CreateUploadLocationRequest.newBuilder()
              .setProject("aquila")
              .setDomain("development")
              .setFilename(text(random, parts))
              .setFilenameRoot(text(random, parts))
              .build();

      var answer = caller.call(rpc, request);

      if (answer.code() == Status.Code.OK) {
        offered++;
        var place = ((CreateUploadLocationResponse) answer.messages().getFirst()).getNativeUrl();
        assertThat(place).as(request.toString()).startsWith(own);
        assertThat(List.of(place.substring(own.length()).split("/", -1)))
            .as(request.toString())
            .hasSizeGreaterThan(1)
            .doesNotContain("..", ".", "")
            .noneMatch(part -> part.contains("\\") || part.chars().anyMatch(c -> c < ' '));
      } else {
        assertThat(answer.code())
            .as(request.toString())
            .isIn(Status.Code.INVALID_ARGUMENT, Status.Code.ALREADY_EXISTS);
      }
    }
    assertThat(offered).isGreaterThan(100);
  }

  /** H28: a refusal for want of a right was UNAUTHENTICATED, and clients logged in for ever. */
  @Test
  void h28_a_denial_is_never_taken_for_a_missing_login(World world) {
    var caller = world.as("viewer");
    var http = world.http(Optional.of(world.token("viewer")));
    for (var rpc : Rpcs.all().values()) {
      var request = world.requests(Place.FOREIGN).of(rpc, "");

      assertThat(caller.call(rpc, request).code())
          .as(rpc.getFullMethodName())
          .isNotIn(Status.Code.UNAUTHENTICATED, Status.Code.UNKNOWN);
      for (var route : HttpCalls.routes(rpc)) {
        var answer = http.call(route, request);
        assertThat(answer.status()).as(route.toString()).isNotEqualTo(401);
        assertThat(answer.headers()).doesNotContainIgnoringCase("www-authenticate");
      }
    }
  }

  /**
   * H30: lists showed all projects, took any limit, and their tokens and joins were bound to none.
   */
  @Test
  void h30_a_list_is_bounded_and_stays_where_its_caller_may_read(World world) {
    var viewer = world.as("viewer");
    var rpc = Rpcs.of("AdminService/ListExecutions");
    var request = ResourceListRequest.newBuilder().setLimit(-1);
    request.getIdBuilder().setProject(Place.OWN.project()).setDomain(Place.OWN.domain());
    var projects = new HashSet<String>();
    for (var filter :
        List.of(
            "",
            "eq(execution.project,bubo)",
            "ne(project,aquila)",
            "eq(launch_plan.project,bubo)",
            "ne(workflow.name,x)",
            "ne(task.name,x)",
            "value_not_in(domain,development)")) {
      var answer = viewer.call(rpc, request.setFilters(filter).build());
      if (answer.code() == Status.Code.OK) {
        var page = (ExecutionList) answer.messages().getFirst();
        assertThat(page.getExecutionsCount()).isLessThanOrEqualTo(10_000);
        page.getExecutionsList()
            .forEach(one -> projects.add(one.getId().getProject() + "/" + one.getId().getDomain()));
      } else {
        assertThat(answer.code()).as(filter).isEqualTo(Status.Code.INVALID_ARGUMENT);
      }
    }

    assertThat(projects).containsExactly("aquila/development");
  }

  private static Answer own(World world, String caller, String name) {
    var rpc = Rpcs.of(name);
    return world.as(caller).call(rpc, world.requests(Place.OWN).of(rpc, ""));
  }

  private static Message rpcWith(io.grpc.MethodDescriptor<?, ?> rpc, String field, String value) {
    var request = Rpcs.empty(rpc).toBuilder();
    request.setField(request.getDescriptorForType().findFieldByName(field), value);
    return request.build();
  }

  private static String text(Random random, List<String> parts) {
    var text = new StringBuilder();
    for (var count = random.nextInt(5); count >= 0; count--) {
      text.append(parts.get(random.nextInt(parts.size())));
    }
    return text.toString();
  }
}
