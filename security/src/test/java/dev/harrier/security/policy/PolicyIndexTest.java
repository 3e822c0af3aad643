package dev.harrier.security.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.security.Peer;
import dev.harrier.security.Permission;
import dev.harrier.security.Scope;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class PolicyIndexTest {
  private static final Scope DEVELOPMENT = Scope.of("team-a", "development");
  private static final Scope PRODUCTION = Scope.of("team-a", "production");
  private static final Instant MONDAY_NOON = Instant.parse("2026-11-23T12:00:00Z");

  @Test
  void nobody_may_anything_by_default() {
    assertThat(decide("bindings: []", Permission.PROJECT_READ, DEVELOPMENT, "user:x", "*"))
        .isEqualTo(Verdict.DENIED);
  }

  @Test
  void a_binding_counts_in_its_scope_alone() {
    var yaml = binding("runner", "{project: team-a, domain: development}", "");

    assertThat(decide(yaml, Permission.EXECUTION_CREATE, DEVELOPMENT, "user:x"))
        .isEqualTo(Verdict.ALLOWED);
    assertThat(decide(yaml, Permission.EXECUTION_CREATE, PRODUCTION, "user:x"))
        .isEqualTo(Verdict.DENIED);
    assertThat(
            decide(yaml, Permission.EXECUTION_CREATE, Scope.of("team-b", "development"), "user:x"))
        .isEqualTo(Verdict.DENIED);
    assertThat(decide(yaml, Permission.EXECUTION_CREATE, DEVELOPMENT, "user:y", "group:x"))
        .isEqualTo(Verdict.DENIED);
    assertThat(decide(yaml, Permission.INVENTORY_REGISTER, DEVELOPMENT, "user:x"))
        .isEqualTo(Verdict.DENIED);
  }

  @Test
  void a_domain_of_a_project_lets_one_see_the_project_and_change_nothing_of_it() {
    var yaml = binding("project-admin", "{project: team-a, domain: development}", "");

    assertThat(decide(yaml, Permission.PROJECT_READ, Scope.of("team-a"), "user:x"))
        .isEqualTo(Verdict.ALLOWED);
    assertThat(decide(yaml, Permission.PROJECT_UPDATE, Scope.of("team-a"), "user:x"))
        .isEqualTo(Verdict.DENIED);
  }

  @Test
  void a_deny_goes_before_every_binding() {
    var yaml =
        binding("platform-admin", "{project: '*'}", "")
            + """
            denies:
              - {name: d, subjects: ["user:*"], permissions: ["inventory:register"], scope: {domain: production}}
            """;

    assertThat(decide(yaml, Permission.INVENTORY_REGISTER, PRODUCTION, "user:x", "user:*"))
        .isEqualTo(Verdict.DENIED);
    assertThat(decide(yaml, Permission.INVENTORY_REGISTER, DEVELOPMENT, "user:x", "user:*"))
        .isEqualTo(Verdict.ALLOWED);
    // To do it in all of the project is to do it in production as well.
    assertThat(decide(yaml, Permission.INVENTORY_REGISTER, Scope.of("team-a"), "user:x", "user:*"))
        .isEqualTo(Verdict.DENIED);
  }

  @Test
  void a_runner_ends_what_is_its_own() {
    var yaml = binding("runner", "{project: team-a}", "");

    var verdict = decide(yaml, Permission.EXECUTION_TERMINATE, DEVELOPMENT, "user:x");

    assertThat(verdict).isEqualTo(Verdict.ON_OWN);
    assertThat(verdict.allows(true)).isTrue();
    assertThat(verdict.allows(false)).isFalse();
  }

  @Test
  void who_launched_may_be_kept_from_approving() {
    var yaml =
        binding("runner", "{project: team-a}", "")
            + """
            denies:
              - {name: d, subjects: ["*"], permissions: ["signal:set"], when: {owner: caller}}
            """;

    assertThat(decide(yaml, Permission.SIGNAL_SET, DEVELOPMENT, "user:x", "*"))
        .isEqualTo(Verdict.ON_OTHERS);
  }

  @Test
  void conditions_hold_or_the_binding_does_not_count() throws Exception {
    var office = binding("runner", "{project: '*'}", "when: {cidr: [10.0.0.0/8, '2001:db8::/32']}");
    var hours =
        binding(
            "runner",
            "{project: '*'}",
            "when: {hours: {zone: UTC, days: [monday], from: '08:00', to: '18:00'}}");
    var night =
        binding(
            "runner",
            "{project: '*'}",
            "when: {hours: {zone: UTC, days: [sunday], from: '22:00', to: '13:00'}}");
    var strong = binding("runner", "{project: '*'}", "when: {amr: [hwk]}");
    var certificate = binding("runner", "{project: '*'}", "when: {mtls: true}");

    assertThat(allowed(office, from("10.1.2.3"))).isTrue();
    assertThat(allowed(office, from("2001:db8::1"))).isTrue();
    assertThat(allowed(office, from("11.1.2.3"))).isFalse();
    assertThat(allowed(office, Circumstances.at(MONDAY_NOON))).isFalse();
    assertThat(allowed(hours, Circumstances.at(MONDAY_NOON))).isTrue();
    assertThat(allowed(hours, Circumstances.at(MONDAY_NOON.plusSeconds(86_400)))).isFalse();
    assertThat(allowed(hours, Circumstances.at(MONDAY_NOON.plusSeconds(6 * 3600)))).isFalse();
    assertThat(allowed(night, Circumstances.at(MONDAY_NOON))).isTrue();
    assertThat(allowed(night, Circumstances.at(MONDAY_NOON.plusSeconds(3600)))).isFalse();
    assertThat(allowed(strong, login(Set.of("pwd", "hwk"), false))).isTrue();
    assertThat(allowed(strong, login(Set.of("pwd"), false))).isFalse();
    assertThat(allowed(certificate, login(Set.of(), true))).isTrue();
    assertThat(allowed(certificate, login(Set.of(), false))).isFalse();
  }

  @Test
  void a_binding_for_a_time_ends() {
    var yaml =
        binding("runner", "{project: '*'}", "until: '2026-11-23T12:00:00Z', reason: 'an outage'");

    assertThat(allowed(yaml, Circumstances.at(MONDAY_NOON.minusMillis(1)))).isTrue();
    assertThat(allowed(yaml, Circumstances.at(MONDAY_NOON))).isFalse();
  }

  @Test
  void lists_show_what_is_bound_and_not_denied() {
    var policy =
        policy(
            """
            bindings:
              - {name: a, subjects: ["user:x"], role: viewer, scope: {project: team-a, domain: development}}
              - {name: b, subjects: ["user:x"], role: viewer, scope: {project: team-b}}
            denies:
              - {name: c, subjects: ["user:x"], permissions: ["project:list"], scope: {project: team-b}}
            """);

    var visible =
        PolicyIndex.of(policy)
            .visible(List.of("user:x"), Permission.PROJECT_LIST, Circumstances.at(MONDAY_NOON));

    assertThat(visible.empty()).isFalse();
    assertThat(visible.anyOf("team-a")).isTrue();
    assertThat(visible.anyOf("team-b")).isFalse();
    assertThat(visible.anyOf("team-c")).isFalse();
  }

  @Test
  void an_index_says_what_a_look_at_every_line_says() {
    var random = new Random(4);
    for (var round = 0; round < 300; round++) {
      var policy = random(random);
      var index = PolicyIndex.of(policy);
      for (var question = 0; question < 100; question++) {
        var names = some(random, List.of("user:a", "user:b", "group:g", "sa:c", "*"));
        var permission = one(random, List.of(Permission.values()));
        var scope =
            one(
                random,
                List.of(
                    Scope.platform(),
                    Scope.of("p"),
                    Scope.of("q"),
                    Scope.of("p", "d"),
                    Scope.of("p", "e"),
                    Scope.of("q", "d")));
        var circumstances = Circumstances.at(MONDAY_NOON);

        var verdict = index.decide(names, permission, scope, circumstances);

        assertThat(verdict)
            .as("%s for %s on %s under %s", permission, names, scope, policy)
            .isEqualTo(slowly(policy, names, permission, scope));
      }
    }
  }

  /** The rule of a decision, as short as it can be said. */
  private static Verdict slowly(
      Policy policy, List<String> names, Permission permission, Scope scope) {
    var part = permission == Permission.PROJECT_LIST || permission == Permission.PROJECT_READ;
    var own = false;
    var others = false;
    for (var binding : policy.bindings()) {
      var applies = part ? binding.scope().touches(scope) : binding.scope().covers(scope);
      if (applies && binding.subjects().stream().anyMatch(names::contains)) {
        own |=
            binding.role().permissions().has(permission) || binding.role().onOwn().has(permission);
        others |= binding.role().permissions().has(permission) && !binding.when().owner();
      }
    }
    for (var deny : policy.denies()) {
      var applies = part ? deny.scope().covers(scope) : deny.scope().touches(scope);
      if (applies
          && deny.permissions().has(permission)
          && deny.subjects().stream().anyMatch(names::contains)) {
        own = false;
        others &= deny.when().owner();
      }
    }
    return Verdict.of(own, others);
  }

  private static Policy random(Random random) {
    var roles = List.copyOf(Role.builtIn().values());
    var bindings = new ArrayList<Policy.Binding>();
    for (var i = random.nextInt(6); i > 0; i--) {
      bindings.add(
          new Policy.Binding(
              "b" + i,
              some(random, List.of("user:a", "user:b", "group:g", "sa:c", "*")),
              one(random, roles),
              pattern(random),
              condition(random),
              Optional.empty(),
              Optional.empty()));
    }
    var denies = new ArrayList<Policy.Deny>();
    for (var i = random.nextInt(3); i > 0; i--) {
      denies.add(
          new Policy.Deny(
              "d" + i,
              some(random, List.of("user:a", "user:b", "group:g", "sa:c", "*")),
              one(random, roles).permissions(),
              pattern(random),
              condition(random)));
    }
    return new Policy(Role.builtIn(), bindings, denies, List.of());
  }

  private static dev.harrier.security.ScopePattern pattern(Random random) {
    return new dev.harrier.security.ScopePattern(
        random.nextBoolean() ? Optional.of(one(random, List.of("p", "q"))) : Optional.empty(),
        random.nextBoolean() ? Optional.of(one(random, List.of("d", "e"))) : Optional.empty());
  }

  private static Condition condition(Random random) {
    return random.nextInt(4) > 0
        ? Condition.ALWAYS
        : new Condition(List.of(), Optional.empty(), Set.of(), false, true);
  }

  private static <T> T one(Random random, List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  private static List<String> some(Random random, List<String> all) {
    var chosen = all.stream().filter(name -> random.nextBoolean()).toList();
    return chosen.isEmpty() ? List.of(one(random, all)) : chosen;
  }

  private static boolean allowed(String yaml, Circumstances circumstances) {
    return PolicyIndex.of(policy(yaml))
            .decide(List.of("user:x"), Permission.EXECUTION_CREATE, DEVELOPMENT, circumstances)
        == Verdict.ALLOWED;
  }

  private static Circumstances from(String address) {
    return new Circumstances(
        new Peer(Optional.of(InetAddress.ofLiteral(address)), false), MONDAY_NOON, Set.of());
  }

  private static Circumstances login(Set<String> strengths, boolean certificate) {
    return new Circumstances(new Peer(Optional.empty(), certificate), MONDAY_NOON, strengths);
  }

  private static Verdict decide(String yaml, Permission permission, Scope scope, String... names) {
    return PolicyIndex.of(policy(yaml))
        .decide(List.of(names), permission, scope, Circumstances.at(MONDAY_NOON));
  }

  private static String binding(String role, String scope, String more) {
    return "bindings: [{name: a, subjects: ['user:x'], role: %s, scope: %s%s}]\n"
        .formatted(role, scope, more.isEmpty() ? "" : ", " + more);
  }

  private static Policy policy(String yaml) {
    return PolicyReader.read("apiVersion: authz/v1\n" + yaml);
  }
}
