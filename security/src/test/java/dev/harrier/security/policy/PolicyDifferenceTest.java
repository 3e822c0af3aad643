package dev.harrier.security.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class PolicyDifferenceTest {
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  private static final String ADA =
      "{name: ada, subjects: ['user:ada'], role: viewer, scope: {project: team-a, domain: production}}";

  @Test
  void the_same_policy_in_another_order_changes_nothing() {
    var one = ADA + ", {name: b, subjects: ['sa:b'], role: runner}";
    var other = "{name: b, subjects: ['sa:b'], role: runner}, " + ADA;

    assertThat(between(bindings(one), bindings(other)).changes()).isEmpty();
  }

  @Test
  void a_greater_role_is_told_permission_by_permission_where_it_counts() {
    var difference = between(bindings(ADA), bindings(ADA.replace("viewer", "runner")));

    assertThat(difference.changes())
        .containsExactly(
            "user:ada gains execution:read_data, execution:create, signal:set, secret:use, cache:read on team-a/production",
            "user:ada gains execution:update, execution:terminate, on own things alone, on team-a/production");
    assertThat(difference.more()).isFalse();
  }

  @Test
  void what_is_taken_out_is_lost_but_for_what_another_binding_gives() {
    var both =
        ADA
            + ", {name: all, subjects: ['user:*'], role: data-viewer, scope: {project: team-a, domain: production}}";
    var all =
        "{name: all, subjects: ['user:*'], role: data-viewer, scope: {project: team-a, domain: production}}";

    assertThat(between(bindings(both), bindings(all)).changes()).isEmpty();
    assertThat(between(bindings(both), bindings(ADA)).changes())
        .containsExactly(
            "user:* loses inventory:read, execution:read, execution:read_data, attributes:read, project:list, project:read, cache:read on team-a/production",
            "user:* loses project:list, project:read on team-a as a whole",
            "user:ada loses execution:read_data, cache:read on team-a/production");
  }

  @Test
  void a_binding_of_a_whole_project_or_of_all_is_one_line() {
    var project = "{name: a, subjects: ['sa:a'], role: auditor, scope: {project: team-a}}, " + ADA;
    var everywhere = "{name: a, subjects: ['sa:a'], role: auditor}, " + ADA;

    assertThat(between(bindings(ADA), bindings(project)).changes())
        .containsExactly("sa:a gains policy:read, audit:read on team-a/*");
    assertThat(between(bindings(ADA), bindings(everywhere)).changes())
        .containsExactly("sa:a gains policy:read, audit:read everywhere");
  }

  @Test
  void a_deny_takes_from_whom_the_rest_of_the_policy_names() {
    var before = bindings("{name: a, subjects: ['user:ada'], role: contributor}");
    var after =
        before
            + "denies: [{name: d, subjects: ['user:*'], permissions: ['inventory:register'], scope: {domain: production}}]\n";

    // Of user:* nothing is lost: they had nothing.
    assertThat(between(before, after).changes())
        .containsExactly(
            "user:ada loses inventory:register on */production",
            "user:ada loses inventory:register on every project as a whole");
  }

  @Test
  void a_changed_role_changes_those_who_are_bound_to_it() {
    var before =
        "apiVersion: authz/v1\nroles: [{name: r, permissions: ['secret:use']}]\nbindings: [{name: a, subjects: ['group:ml'], role: r}]\n";
    var after = before.replace("secret:use", "signal:set");

    assertThat(between(before, after).changes())
        .containsExactly(
            "group:ml gains signal:set everywhere", "group:ml loses secret:use everywhere");
  }

  @Test
  void conditions_and_ends_are_remarked_upon() {
    var after =
        bindings(
            "{name: c, subjects: ['user:ada'], role: viewer, when: {cidr: [10.0.0.0/8]}}, {name: u, subjects: ['user:bob'], role: auditor, until: '2026-11-22T00:00:00Z', reason: x}");

    var difference = between(bindings(""), after);

    assertThat(difference.changes())
        .containsExactly("user:bob gains policy:read, audit:read everywhere");
    assertThat(difference.remarks())
        .containsExactly(
            "binding 'c' counts under a condition: what is not known of a call is taken as not met",
            "binding 'u' ends at 2026-11-22T00:00:00Z");
  }

  @Test
  void what_is_told_has_an_end() {
    var many = new StringBuilder();
    for (var i = 0; i < 3000; i++) {
      many.append(
          "{name: b%s, subjects: ['user:u%s'], role: platform-admin, scope: {project: p%s}}, "
              .formatted(i, i, i % 700));
    }
    var began = System.nanoTime();

    var difference = between(bindings(""), bindings(many.toString()));

    assertThat(difference.changes()).hasSizeLessThanOrEqualTo(PolicyDifference.CHANGES_MAX);
    assertThat(difference.more()).isTrue();
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
  }

  private static String bindings(String bindings) {
    return "apiVersion: authz/v1\nbindings: [" + bindings + "]\n";
  }

  private static PolicyDifference between(String before, String after) {
    return PolicyDifference.between(PolicyReader.read(before), PolicyReader.read(after), NOW);
  }
}
