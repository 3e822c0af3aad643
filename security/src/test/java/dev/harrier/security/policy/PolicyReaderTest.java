package dev.harrier.security.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.harrier.security.Permission;
import dev.harrier.security.ScopePattern;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PolicyReaderTest {
  @Test
  void a_policy_is_read_as_it_is_written() {
    var policy =
        PolicyReader.read(
            """
            apiVersion: authz/v1
            roles:
              - {name: ml-runner, extends: [runner], permissions: ["cache:overwrite"]}
            bindings:
              - {name: a, subjects: ["group:ml-a"], role: ml-runner, scope: {project: team-a, domain: development}}
              - {name: b, subjects: ["sa:ci"], role: contributor, scope: {project: team-a, domain: "*"},
                 when: {cidr: [10.0.0.0/8]}, until: "2030-01-01T00:00:00Z", reason: "the move"}
            denies:
              - {name: c, subjects: ["user:*"], permissions: ["inventory:register"], scope: {domain: production}}
            tests:
              - {name: d, subjects: ["group:ml-a"], permission: "execution:create", scope: {project: team-a, domain: development}, expect: allow}
            """);

    var first = policy.bindings().getFirst();
    assertThat(first.subjects()).containsExactly("group:ml-a");
    assertThat(first.scope()).isEqualTo(ScopePattern.of("team-a", "development"));
    assertThat(first.role().permissions().has(Permission.CACHE_OVERWRITE)).isTrue();
    assertThat(first.role().permissions().has(Permission.EXECUTION_CREATE)).isTrue();
    assertThat(first.role().onOwn().has(Permission.EXECUTION_TERMINATE)).isTrue();
    var second = policy.bindings().get(1);
    assertThat(second.scope()).isEqualTo(new ScopePattern(Optional.of("team-a"), Optional.empty()));
    assertThat(second.when().addresses()).containsExactly(CidrBlock.parse("10.0.0.0/8"));
    assertThat(second.until()).contains(Instant.parse("2030-01-01T00:00:00Z"));
    assertThat(policy.denies().getFirst().permissions().list())
        .containsExactly(Permission.INVENTORY_REGISTER);
    assertThat(Explanation.failures(policy, Instant.EPOCH)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "bindings: [{name: a, subjects: ['user:x'], role: runer}] | bindings[0].role: there is no role 'runer', did you mean 'runner'?",
        "bindings: [{name: a, subject: ['user:x'], role: runner}] | there is no key 'subject', did you mean 'subjects'?",
        "bindings: [{name: a, subjects: [x], role: runner}] | bindings[0].subjects: expected user:<name>",
        "bindings: [{name: a, subjects: ['user:x'], role: runner, scope: {project: 'team-*'}}] | expected a whole name or *, found 'team-*'",
        "bindings: [{name: a, subjects: ['user:x'], role: runner, when: {cidr: [10.0.0.1/8]}}] | it has bits set after its prefix",
        "bindings: [{name: a, subjects: ['user:x'], role: runner, when: {cidr: [localhost]}}] | 'localhost' is no range of addresses",
        "bindings: [{name: a, subjects: ['user:x'], role: runner, until: tomorrow}] | expected a time such as 2026-11-21T18:00:00Z, found 'tomorrow'",
        "bindings: [{name: a, subjects: ['user:x'], role: runner, until: '2030-01-01T00:00:00Z'}] | expected a reason",
        "bindings: [{name: a, subjects: ['user:x'], role: engine}] | there is no role 'engine'",
        "roles: [{name: r, permissions: ['event:write']}] | event:write is the engine's alone",
        "roles: [{name: r, permissions: ['execution:creat']}] | did you mean 'execution:create'?",
        "roles: [{name: r, onOwn: ['execution:read', 'execution:update']}] | roles[0].onOwn: whose a thing is counts for execution:update, execution:terminate alone; of the role it would leave out execution:read",
        "bindings: [{name: a, subjects: ['user:x'], role: viewer, when: {owner: caller}}] | bindings[0].when.owner: whose a thing is counts for execution:update, execution:terminate alone",
        "roles: [{name: viewer}] | there is a role 'viewer' already",
        "roles: [{name: r, extends: [r]}] | there is no role 'r'",
        "denies: [{name: a, subjects: ['*'], permissions: []}] | denies[0].permissions: expected at least one",
        "denies: [{name: a, subjects: [], permissions: ['*']}] | denies[0].subjects: expected at least one subject",
        "bindings: {a: b} | bindings[0]: there is no key 'a'",
        "bindings: [7] | bindings[0]: expected a mapping, found 7",
        "tests: [{name: a, subjects: ['*'], permission: 'project:read', expect: maybe}] | expected allow or deny, found 'maybe'",
        "bindings: [{name: a, subjects: ['user:x'], role: runner, scope: }] | bindings[0].scope: it has no value",
        "bindings: [{name: a, subjects: ['user:x'], role: runner, scope: {}}] | bindings[0].scope: it is empty",
        "bindings: [{name: a, subjects: ['user:x'], role: runner, scope: {domain: staging}}] | expected the key 'project'",
        "bindings: [{name: a, subjects: ['user:x'], role: runner, scope: {project: }}] | scope.project: it has no value",
        "bindings: [{name: a, subjects: ['user:x'], role: runner, scope: {project: Team}}] | expected a whole name or *, found 'Team'",
        "bindings: [{name: a, subjects: ['user:x'], role: runner, when: }] | bindings[0].when: it has no value",
        "bindings: [{name: a, subjects: ['user:x'], role: runner, when: {}}] | bindings[0].when: it is empty",
        "bindings: [{name: a, subjects: ['user:x'], role: runner, when: {cidr: []}}] | when.cidr: expected at least one",
        "bindings: [{name: a, subjects: ['user:x'], role: runner, when: {amr: []}}] | when.amr: expected at least one",
        "bindings: [{name: a, subjects: ['user:x'], role: runner, until: }] | bindings[0].until: it has no value",
        "bindings: [{name: a, subjects: ['user:x'], role: runner, when: {cidr: ['10.1/16']}}] | expected four plain numbers",
        "bindings: [{name: a, subjects: ['user:x'], role: runner, when: {cidr: ['012.0.0.0/8']}}] | expected four plain numbers",
        "bindings: [{name: a, subjects: ['user:x'], role: runner, when: {cidr: ['10.0.0.0/+8']}}] | the number of bits",
        "bindings: [{name: a, subjects: ['user:Bob'], role: runner}] | expected user:<name>",
        "bindings: [{name: a, subjects: ['user:b*'], role: runner}] | expected user:<name>",
        "bindings: [{name: a, subjects: ['user:bob '], role: runner}] | expected user:<name>",
        "bindings: [{name: a, subjects: ['group:*'], role: runner}] | expected user:<name>",
        "bindings: [{name: a, subjects: ['task:p'], role: runner}] | expected user:<name>",
        "bindings: [null] | bindings[0]: expected a mapping, found nothing",
        "claims: [ | the policy is no YAML",
        "bindings: [] \\nbindings: [] | the policy is no YAML",
      })
  void what_is_not_sound_is_refused_with_its_place(String yaml, String finding) {
    var text = "apiVersion: authz/v1\n" + yaml.replace("\\n", "\n");

    var refused = catchThrowableOfType(PolicyException.class, () -> PolicyReader.read(text));

    assertThat(refused).hasMessageContaining(finding);
  }

  @Test
  void nesting_without_end_is_a_finding() {
    var refused =
        catchThrowableOfType(
            PolicyException.class, () -> PolicyReader.read("bindings: " + "[".repeat(20_000)));

    assertThat(refused).hasMessageContaining("the policy is no YAML");
  }

  @Test
  void all_findings_come_at_once() {
    var refused =
        catchThrowableOfType(
            PolicyException.class,
            () ->
                PolicyReader.read(
                    """
                    apiVersion: authz/v2
                    bindings:
                      - {name: a, subjects: ["user:x"], role: nothing}
                      - {name: a, subjects: ["user:x"], role: viewer}
                    """));

    assertThat(refused.findings()).hasSize(3);
    assertThat(List.of("authz/v1", "nothing", "another 'a'"))
        .allSatisfy(word -> assertThat(refused).hasMessageContaining(word));
  }
}
