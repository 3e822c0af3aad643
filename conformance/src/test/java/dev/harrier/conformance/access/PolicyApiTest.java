package dev.harrier.conformance.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import dev.harrier.conformance.access.AccessWorld.World;
import dev.harrier.idl.access.v1.Binding;
import dev.harrier.idl.access.v1.CheckRequest;
import dev.harrier.idl.access.v1.CheckResponse;
import dev.harrier.idl.access.v1.GetPolicyRequest;
import dev.harrier.idl.access.v1.GetPolicyResponse;
import dev.harrier.idl.access.v1.ListBindingsRequest;
import dev.harrier.idl.access.v1.ListBindingsResponse;
import dev.harrier.idl.access.v1.PutPolicyRequest;
import dev.harrier.idl.access.v1.PutPolicyResponse;
import dev.harrier.idl.access.v1.SimulatePolicyRequest;
import dev.harrier.idl.access.v1.SimulatePolicyResponse;
import dev.harrier.idl.access.v1.WhoCanRequest;
import dev.harrier.idl.access.v1.WhoCanResponse;
import dev.harrier.idl.access.v1.WhyRequest;
import dev.harrier.idl.access.v1.WhyResponse;
import io.grpc.Status;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A server that keeps its policy in the database, over gRPC and over HTTP. */
@Tag("python")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PolicyApiTest {
  private static final String POLICY =
      """
      apiVersion: authz/v1
      # Whoever reads this knows that comments stay.
      bindings:
        - {name: lead, subjects: ["sa:lead"], role: project-admin, scope: {project: aquila}}
        - {name: ci, subjects: ["sa:ci"], role: viewer, scope: {project: aquila, domain: development}}
        - {name: bubo, subjects: ["sa:bubo"], role: viewer, scope: {project: bubo}}
      """;
  private static final String MORE =
      "  - {name: more, subjects: ['sa:more'], role: runner, scope: {project: aquila}}\n";

  private final World world;

  PolicyApiTest() throws IOException {
    world = World.withPolicyInDatabase();
  }

  @AfterAll
  void stop() {
    world.close();
  }

  @BeforeEach
  void putPolicy() {
    assertThat(put("root", POLICY, etag()).code()).isEqualTo(Status.Code.OK);
  }

  @Test
  void what_was_put_is_read_as_it_was_written_and_in_force_at_once() {
    var before = etag();
    assertThat(check("ci", "execution:create", Place.OWN)).isEqualTo(CheckResponse.Verdict.DENIED);

    var answer =
        put(
            "root",
            POLICY.replace("[\"sa:ci\"], role: viewer", "[\"sa:ci\"], role: runner"),
            before);

    var changed = (PutPolicyResponse) answer.messages().getFirst();
    assertThat(changed.getEtag()).isNotEqualTo(before).isEqualTo(etag());
    assertThat(changed.getDifference().getChangesList())
        .contains(
            "sa:ci gains execution:read_data, execution:create, signal:set, secret:use, cache:read on aquila/development");
    assertThat(check("ci", "execution:create", Place.OWN)).isEqualTo(CheckResponse.Verdict.ALLOWED);
    var found = get();
    assertThat(found.getText()).contains("# Whoever reads this");
    assertThat(found.getSource()).isEqualTo("database");
    assertThat(found.getFindingsList()).isEmpty();
    assertThat(found.getEtagInForce()).isEqualTo(found.getEtag());
  }

  @Test
  void a_dry_run_and_a_simulation_say_the_same_and_change_nothing() {
    var before = etag();
    var request =
        PutPolicyRequest.newBuilder()
            .setText(POLICY + MORE)
            .setEtag(before)
            .setDryRun(true)
            .build();

    var trial = (PutPolicyResponse) one("root", "PutPolicy", request);
    var simulated =
        (SimulatePolicyResponse)
            one(
                "root",
                "SimulatePolicy",
                SimulatePolicyRequest.newBuilder().setText(POLICY + MORE).build());

    assertThat(trial.getDifference().getChangesList())
        .anyMatch(line -> line.startsWith("sa:more gains") && line.endsWith("on aquila/*"));
    assertThat(simulated.getDifference()).isEqualTo(trial.getDifference());
    assertThat(etag()).isEqualTo(before);
  }

  @Test
  void a_stale_etag_and_an_unsound_text_are_refused_with_what_is_wrong() {
    var stale = put("root", POLICY + MORE, "0123");
    var unsound =
        put("root", "apiVersion: authz/v1\nbindings: [{name: a, role: nothing}]\n", etag());

    assertThat(stale.code()).isEqualTo(Status.Code.ABORTED);
    assertThat(stale.sentence()).contains("'0123'", etag());
    assertThat(unsound.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(unsound.sentence()).contains("bindings[0].subjects", "there is no role 'nothing'");
    assertThat(get().getText()).isEqualTo(POLICY);
  }

  @Test
  void who_administers_a_project_changes_its_bindings_and_nothing_else() {
    var own = put("lead", POLICY + MORE, etag());
    assertThat(own.code()).as(own.sentence()).isEqualTo(Status.Code.OK);
    assertThat(check("more", "execution:create", Place.OWN))
        .isEqualTo(CheckResponse.Verdict.ALLOWED);

    var foreign =
        put("lead", get().getText() + MORE.replace("aquila", "bubo").replace("more", "b"), etag());
    var higher =
        put("lead", get().getText().replace("role: runner", "role: platform-admin"), etag());

    assertThat(foreign.code()).isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(foreign.sentence())
        .isEqualTo(
            "sa:lead lacks the permission policy:write on all of project bubo, domain *, which the binding 'b' is for.");
    assertThat(higher.code()).isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(higher.sentence()).contains("by the role 'platform-admin'");
  }

  @Test
  void bindings_are_shown_where_the_caller_may_read_them() {
    assertThat(bindings("root", ListBindingsRequest.getDefaultInstance()))
        .containsExactly("lead", "ci", "bubo");
    assertThat(bindings("lead", ListBindingsRequest.getDefaultInstance()))
        .containsExactly("lead", "ci");
    assertThat(bindings("ci", ListBindingsRequest.getDefaultInstance())).isEmpty();
    assertThat(bindings("root", ListBindingsRequest.newBuilder().setSubject("sa:ci").build()))
        .containsExactly("ci");
    assertThat(bindings("root", ListBindingsRequest.newBuilder().setProject("bubo").build()))
        .containsExactly("bubo");
    assertThat(
            bindings(
                "root",
                ListBindingsRequest.newBuilder()
                    .setProject("aquila")
                    .setDomain("production")
                    .build()))
        .containsExactly("lead");
  }

  @Test
  void everybody_asks_about_themselves_and_about_others_who_may_read_the_policy_there() {
    var self = (WhyResponse) one("ci", "Why", why(Place.OWN));
    assertThat(self.getVerdict()).isEqualTo(CheckResponse.Verdict.ALLOWED);
    assertThat(self.getStepsList())
        .containsExactly(
            "binding 'ci' gives sa:ci the role viewer on project aquila, domain development: it allows this");

    var byName = why(Place.OWN).toBuilder().addSubjects("sa:ci").build();
    var byOther = why(Place.OWN).toBuilder().addSubjects("sa:lead").build();
    assertThat(call("ci", "Why", byName).code()).isEqualTo(Status.Code.OK);
    assertThat(call("ci", "Why", byOther).sentence())
        .isEqualTo(
            "sa:ci lacks the permission policy:read on project 'aquila', domain 'development'.");
    assertThat(call("lead", "Why", byName).code()).isEqualTo(Status.Code.OK);
    assertThat(call("lead", "Check", check(Place.FOREIGN).addSubjects("sa:bubo").build()).code())
        .isEqualTo(Status.Code.PERMISSION_DENIED);
  }

  @Test
  void administrators_are_told_of_as_such() {
    var root = world.administrator();
    var self = (WhyResponse) one(root, "Why", why(Place.FOREIGN));
    var who =
        (WhoCanResponse)
            one(root, "WhoCan", WhoCanRequest.newBuilder().setPermission("project:create").build());

    assertThat(self.getVerdict()).isEqualTo(CheckResponse.Verdict.ALLOWED);
    assertThat(self.getStepsList())
        .containsExactly("sa:%s administers this installation: it allows this".formatted(root));
    assertThat(who.getSubjectsList()).containsExactly("sa:" + root);
  }

  @Test
  void the_same_is_there_over_http() {
    var root = world.http(Optional.of(world.token(world.administrator())));
    var read = root.send("GET", "/api/v1/access/policy", "", "");
    assertThat(read.status()).isEqualTo(200);
    assertThat(read.text()).contains("\"etag\":\"" + etag() + "\"", "\"source\":\"database\"");

    var stale =
        root.send(
            "PUT",
            "/api/v1/access/policy",
            "{\"text\": \"apiVersion: authz/v1\", \"etag\": \"0123\"}",
            "application/json");
    assertThat(stale.status()).isEqualTo(409);
    assertThat(stale.text()).contains("0123", etag());

    var unsound =
        root.send(
            "PUT",
            "/api/v1/access/policy",
            "{\"text\": \"{\", \"etag\": \"%s\"}".formatted(etag()),
            "application/json");
    assertThat(unsound.status()).isEqualTo(400);

    var who =
        root.send(
            "GET",
            "/api/v1/access/who_can?permission=execution:read&project=aquila&domain=development",
            "",
            "");
    assertThat(who.text()).contains("sa:ci", "sa:lead", "sa:" + world.administrator());
    var bindings = root.send("GET", "/api/v1/access/bindings?subject=sa:bubo", "", "");
    assertThat(bindings.text()).contains("\"project\":\"bubo\"").doesNotContain("aquila");

    var ci = world.http(Optional.of(world.token("ci")));
    var check =
        ci.send(
            "POST",
            "/api/v1/access/check",
            "{\"permission\": \"execution:create\", \"project\": \"aquila\"}",
            "application/json");
    assertThat(check.status()).isEqualTo(200);
    assertThat(check.text()).contains("\"verdict\":\"DENIED\"");
    assertThat(ci.send("GET", "/api/v1/access/policy", "", "").status()).isEqualTo(403);
    var wrong =
        ci.send(
            "POST",
            "/api/v1/access/check",
            "{\"permission\": \"execution:creat\"}",
            "application/json");
    assertThat(wrong.status()).isEqualTo(400);
    assertThat(wrong.text()).contains("did you mean 'execution:create'?");
  }

  private static WhyRequest why(Place place) {
    return WhyRequest.newBuilder()
        .setPermission("execution:read")
        .setProject(place.project())
        .setDomain(place.domain())
        .build();
  }

  private static CheckRequest.Builder check(Place place) {
    return CheckRequest.newBuilder()
        .setPermission("execution:read")
        .setProject(place.project())
        .setDomain(place.domain());
  }

  private CheckResponse.Verdict check(String caller, String permission, Place place) {
    var request = check(place).setPermission(permission).build();
    return ((CheckResponse) one(caller, "Check", request)).getVerdict();
  }

  private List<String> bindings(String caller, ListBindingsRequest request) {
    return ((ListBindingsResponse) one(caller, "ListBindings", request))
        .getBindingsList().stream().map(Binding::getName).toList();
  }

  private GetPolicyResponse get() {
    return (GetPolicyResponse) one("root", "GetPolicy", GetPolicyRequest.getDefaultInstance());
  }

  private String etag() {
    return get().getEtag();
  }

  private GrpcCalls.Answer put(String caller, String text, String etag) {
    return call(
        caller, "PutPolicy", PutPolicyRequest.newBuilder().setText(text).setEtag(etag).build());
  }

  private Message one(String caller, String method, Message request) {
    var answer = call(caller, method, request);
    assertThat(answer.code()).as(answer.sentence()).isEqualTo(Status.Code.OK);
    return answer.messages().getFirst();
  }

  /** Calls as a program of that name; "root" is the home's own, which administers. */
  private GrpcCalls.Answer call(String caller, String method, Message request) {
    var name = caller.equals("root") ? world.administrator() : caller;
    return world.as(name).call(Rpcs.of("AccessService/" + method), request);
  }
}
