package dev.harrier.security.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.harrier.security.Caller;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PutPolicyTest {
  private static final String ISSUER = "http://localhost:1";
  private static final String POLICY =
      """
      # Kept as it is.
      apiVersion: authz/v1
      roles:
        - {name: clearer, permissions: ["cache:write"]}
        - {name: writer, permissions: ["policy:write"]}
      bindings:
        - {name: root, subjects: ["user:root"], role: platform-admin}
        - {name: lead, subjects: ["user:lead"], role: project-admin, scope: {project: team-a}}
        - {name: shift, subjects: ["user:shift"], role: project-admin, scope: {project: team-a}, until: "2099-01-01T00:00:00Z", reason: "on call"}
        - {name: clerk, subjects: ["user:clerk"], role: writer}
        - {name: viewers, subjects: ["group:a"], role: viewer, scope: {project: team-a, domain: development}}
        - {name: others, subjects: ["group:b"], role: viewer, scope: {project: team-b}}
        # The last one.
      denies:
        - {name: no-prod, subjects: ["user:*"], permissions: ["inventory:register"], scope: {domain: production}}
      tests:
        - {name: t, subjects: ["group:b"], permission: "execution:create", scope: {project: team-a, domain: development}, expect: deny}
      """;

  private final Caller admin = Caller.of(ISSUER, "user:admin");
  private final Caller root = Caller.of(ISSUER, "user:root");
  private final Caller lead = Caller.of(ISSUER, "user:lead");

  @TempDir private Path folder = Path.of("");
  private PolicyFile store = new PolicyFile(Path.of("never"));
  private PolicyInForce inForce = PolicyInForce.open(store);
  private PutPolicy putPolicy = putPolicy(store, inForce);

  @BeforeEach
  void writePolicy() throws Exception {
    var file = folder.resolve("access.yaml");
    Files.writeString(file, POLICY);
    store = new PolicyFile(file);
    inForce = PolicyInForce.open(store);
    putPolicy = putPolicy(store, inForce);
  }

  private static PutPolicy putPolicy(PolicyStore store, PolicyInForce inForce) {
    var access = new PolicyAccess(ISSUER, "user:admin"::equals, inForce);
    var clock = Clock.systemUTC();
    return new PutPolicy(
        access,
        new WriterLimits(access, ISSUER, "user:admin"::equals, clock),
        store,
        inForce,
        clock);
  }

  @Test
  void what_was_put_is_in_force_and_in_the_store_as_it_was_written() {
    var next =
        POLICY.replace(
            "role: viewer, scope: {project: team-b}", "role: runner, scope: {project: team-b}");

    var outcome = put(root, next);

    assertThat(outcome.difference().changes()).anyMatch(line -> line.startsWith("group:b gains"));
    assertThat(outcome.etag()).isEqualTo(PolicyText.of(next).etag());
    assertThat(inForce.current().text().text()).isEqualTo(next);
    assertThat(store.read(PolicyText.NONE).text()).isEqualTo(next);
  }

  @Test
  void a_dry_run_says_what_would_change_and_changes_nothing() {
    var next = POLICY.replace("group:b\"]", "group:c\"]").replace("tests:", "# tests\ntests:");

    var outcome = putPolicy.put(root, next, PolicyText.of(POLICY).etag(), true);

    assertThat(outcome.difference().changes())
        .anyMatch(line -> line.startsWith("group:c gains"))
        .anyMatch(line -> line.startsWith("group:b loses"));
    assertThat(outcome.etag()).isEqualTo(PolicyText.of(next).etag());
    assertThat(store.read(PolicyText.NONE).text()).isEqualTo(POLICY);
  }

  @Test
  void a_stale_etag_is_refused_with_both_and_a_missing_one_with_the_one_to_send() {
    var stale = refused(() -> putPolicy.put(root, POLICY, "abc", false));
    var missing = refused(() -> putPolicy.put(root, POLICY, "", false));

    assertThat(stale.rejection().code()).isEqualTo(Rejection.Code.ABORTED);
    assertThat(stale)
        .hasMessageContaining("'abc'")
        .hasMessageContaining(PolicyText.of(POLICY).etag());
    assertThat(missing.rejection().code()).isEqualTo(Rejection.Code.INVALID_ARGUMENT);
    assertThat(missing).hasMessageContaining(PolicyText.of(POLICY).etag());
  }

  @Test
  void an_unsound_text_is_refused_with_all_findings_and_so_is_one_that_fails_its_tests() {
    var unsound = refused(() -> put(root, "apiVersion: authz/v2\nbindings: [{name: 100%}]\n"));
    var failing = refused(() -> put(root, POLICY.replace("expect: deny", "expect: allow")));
    var empty = refused(() -> put(root, " \n"));

    assertThat(unsound)
        .hasMessageContaining("apiVersion")
        .hasMessageContaining("bindings[0]: expected the key 'role'")
        .hasMessageContaining("bindings[0].subjects");
    assertThat(failing).hasMessageContaining("test 't': expected execution:create");
    assertThat(empty).hasMessageContaining("found nothing");
    assertThat(java.util.List.of(unsound, failing, empty))
        .allMatch(one -> one.rejection().code() == Rejection.Code.INVALID_ARGUMENT);
    assertThat(store.read(PolicyText.NONE).text()).isEqualTo(POLICY);
  }

  @Test
  void an_administrator_replaces_even_a_text_that_is_not_sound() throws Exception {
    Files.writeString(folder.resolve("access.yaml"), "bindings: [");
    inForce.look();
    inForce.look();
    var etag = store.read(PolicyText.NONE).etag();

    var lead = refused(() -> putPolicy.put(this.lead, POLICY, etag, false));
    putPolicy.put(admin, POLICY, etag, false);

    assertThat(lead.rejection().code()).isEqualTo(Rejection.Code.FAILED_PRECONDITION);
    assertThat(store.read(PolicyText.NONE).text()).isEqualTo(POLICY);
  }

  @Test
  void a_deny_of_something_else_does_not_keep_an_administrator_from_the_policy() {
    put(admin, POLICY.replace("name: no-prod", "name: none-in-production"));

    assertThat(inForce.current().policy().denies().getFirst().name())
        .isEqualTo("none-in-production");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{name: new, subjects: ['user:bob'], role: runner, scope: {project: team-a}}",
        "{name: new, subjects: ['user:bob'], role: data-viewer, scope: {project: team-a, domain: production}}",
        "{name: new, subjects: ['user:bob'], role: contributor, scope: {project: team-a, domain: development}, when: {cidr: [10.0.0.0/8]}}",
        "{name: new, subjects: ['user:bob'], role: project-admin, scope: {project: team-a, domain: development}}",
      })
  void who_administers_a_project_binds_others_there_to_what_they_hold_themselves(String binding) {
    put(lead, with(binding));

    assertThat(inForce.current().policy().bindings()).anyMatch(one -> one.name().equals("new"));
  }

  @Test
  void who_administers_a_project_takes_bindings_of_it_out_and_changes_them() {
    put(lead, POLICY.replaceAll("(?m)^.*name: viewers.*\n", ""));
    putPolicy.put(
        lead,
        POLICY.replace("[\"group:a\"], role: viewer", "[\"group:z\"], role: runner"),
        inForce.current().text().etag(),
        false);

    assertThat(inForce.current().policy().bindings())
        .anyMatch(one -> one.subjects().contains("group:z"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{name: new, subjects: ['user:bob'], role: viewer, scope: {project: team-b}} | user:lead lacks the permission policy:write on all of project team-b, domain *, which the binding 'new' is for.",
        "{name: new, subjects: ['user:bob'], role: viewer} | user:lead lacks the permission policy:write on all of project *, domain *, which the binding 'new' is for.",
        "{name: new, subjects: ['user:bob'], role: viewer, scope: {project: '*', domain: development}} | policy:write on all of project *, domain development",
        "{name: new, subjects: ['user:lead'], role: platform-admin, scope: {project: team-a}} | user:lead lacks the permission inventory:register on all of project team-a, domain * for good, which the binding 'new' gives by the role 'platform-admin'.",
        "{name: new, subjects: ['user:bob'], role: clearer, scope: {project: team-a}} | lacks the permission cache:write",
        "{name: new, subjects: ['user:bob'], role: contributor, scope: {project: team-a}} | lacks the permission inventory:register on all of project team-a, domain *",
        "{name: new, subjects: ['user:bob'], role: contributor, scope: {project: team-a, domain: production}} | lacks the permission inventory:register",
      })
  void who_administers_a_project_goes_no_further(String binding, String sentence) {
    var refused = refused(() -> put(lead, with(binding)));

    assertThat(refused.rejection().code()).isEqualTo(Rejection.Code.PERMISSION_DENIED);
    assertThat(refused).hasMessageContaining(sentence);
    assertThat(store.read(PolicyText.NONE).text()).isEqualTo(POLICY);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cache:write | cache:read | the role 'clearer' differs",
        "name: no-prod | name: no-production | the deny 'no-production' differs",
        "inventory:register | inventory:update | the deny 'no-prod' differs",
        "execution:create | execution:update | the test 't' differs",
        "group:b\"], role: viewer | group:b\"], role: runner | policy:write on all of project team-b",
        "[\"user:root\"], role | [\"user:root\", \"user:lead\"], role | policy:write on all of project *",
      })
  void what_is_outside_of_the_project_stays(String from, String to, String sentence) {
    var refused = refused(() -> put(lead, POLICY.replace(from, to)));

    assertThat(refused.rejection().code()).isEqualTo(Rejection.Code.PERMISSION_DENIED);
    assertThat(refused).hasMessageContaining(sentence);
  }

  @Test
  void what_is_held_for_a_time_is_not_passed_on() {
    var shift = Caller.of(ISSUER, "user:shift");

    var refused =
        refused(
            () ->
                put(
                    shift,
                    with(
                        "{name: new, subjects: ['user:shift'], role: project-admin, scope: {project: team-a, domain: development}}")));

    assertThat(refused).hasMessageContaining("for good");
  }

  @Test
  void who_may_write_everywhere_and_holds_nothing_else_grants_nothing_else() {
    var clerk = Caller.of(ISSUER, "user:clerk");

    var refused =
        refused(
            () -> put(clerk, with("{name: new, subjects: ['user:clerk'], role: platform-admin}")));

    assertThat(refused.rejection().code()).isEqualTo(Rejection.Code.PERMISSION_DENIED);
  }

  @Test
  void what_is_held_in_a_part_is_passed_on_in_that_part_alone() {
    var half = Caller.of(ISSUER, "user:half");
    var held =
        with(
            "{name: half-writer, subjects: ['user:half'], role: writer, scope: {project: team-a}}\n"
                + "  - {name: half-runner, subjects: ['user:half'], role: runner, scope: {project: team-a, domain: development}}\n"
                + "  # Half.");
    put(root, held);
    var etag = PolicyText.of(held).etag();
    var part =
        "{name: new, subjects: ['user:bob'], role: runner, scope: {project: team-a, domain: development}}";

    var refused =
        refused(
            () ->
                putPolicy.put(
                    half,
                    held.replace("  # Half.", "  - " + part.replace(", domain: development", "")),
                    etag,
                    false));
    putPolicy.put(half, held.replace("  # Half.", "  - " + part), etag, false);

    assertThat(refused)
        .hasMessageContaining(
            "user:half lacks the permission inventory:read on all of project team-a, domain * for good");
    assertThat(inForce.current().policy().bindings()).anyMatch(one -> one.name().equals("new"));
  }

  @Test
  void who_may_not_write_hears_so_before_anything_else() {
    var refused = refused(() -> putPolicy.put(Caller.of(ISSUER, "user:x"), "{", "stale", false));

    assertThat(refused).hasMessage("user:x lacks the permission policy:write on the platform.");
  }

  private PutPolicy.Outcome put(Caller caller, String text) {
    return putPolicy.put(caller, text, PolicyText.of(POLICY).etag(), false);
  }

  private static String with(String binding) {
    return POLICY.replace("  # The last one.", "  - " + binding);
  }

  private static RejectedException refused(Runnable call) {
    return catchThrowableOfType(RejectedException.class, call::run);
  }
}
