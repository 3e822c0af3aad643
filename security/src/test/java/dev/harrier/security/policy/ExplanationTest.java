package dev.harrier.security.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.security.Permission;
import dev.harrier.security.Scope;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ExplanationTest {
  private static final Scope PRODUCTION = Scope.of("team-a", "production");
  private static final Circumstances NOW = Circumstances.at(Instant.parse("2026-11-21T12:00:00Z"));
  private static final Policy POLICY =
      PolicyReader.read(
          """
          apiVersion: authz/v1
          bindings:
            - {name: a, subjects: ["user:ada"], role: runner, scope: {project: team-a}}
          denies:
            - {name: d, subjects: ["user:*"], permissions: ["inventory:register"], scope: {domain: production}}
            - {name: o, subjects: ["user:ada"], permissions: ["signal:set"], when: {owner: caller}}
          """);

  @Test
  void an_administrator_is_told_as_such_and_denied_by_a_deny() {
    var allowed = why(Permission.PROJECT_CREATE, Scope.platform(), "user:root");
    var denied = why(Permission.INVENTORY_REGISTER, PRODUCTION, "user:root");
    var engine = why(Permission.EVENT_WRITE, PRODUCTION, "user:root");

    assertThat(allowed.verdict()).isEqualTo(Verdict.ALLOWED);
    assertThat(allowed.steps())
        .containsExactly(
            "user:root administers this installation: it allows this",
            "deny 'd' takes from user:* on project *, domain production: it is about something else");
    assertThat(denied.verdict()).isEqualTo(Verdict.DENIED);
    assertThat(denied.steps()).last().asString().endsWith("this is denied");
    assertThat(engine.verdict()).isEqualTo(Verdict.DENIED);
    assertThat(engine.steps().getFirst()).endsWith("that does not give event:write");
  }

  @Test
  void a_running_task_has_what_its_token_says() {
    var name = "task:team-a/production/e1";

    assertThat(why(Permission.EXECUTION_CREATE, PRODUCTION, name).verdict())
        .isEqualTo(Verdict.ALLOWED);
    assertThat(why(Permission.EXECUTION_TERMINATE, PRODUCTION, name).verdict())
        .isEqualTo(Verdict.ON_OWN);
    assertThat(why(Permission.EXECUTION_CREATE, Scope.of("team-b", "production"), name).verdict())
        .isEqualTo(Verdict.DENIED);
    assertThat(why(Permission.EXECUTION_CREATE, PRODUCTION, name).steps())
        .containsExactly("a running task acts in its own project and domain: it allows this");
  }

  @Test
  void what_nobody_asks_by_its_maker_is_no_half_yes() {
    assertThat(why(Permission.EXECUTION_TERMINATE, PRODUCTION, "user:ada").verdict())
        .isEqualTo(Verdict.ON_OWN);
    assertThat(why(Permission.SIGNAL_SET, PRODUCTION, "user:ada").verdict())
        .isEqualTo(Verdict.DENIED);
  }

  @Test
  void who_can_has_the_administrators_whom_no_deny_keeps_out() {
    assertThat(who(Permission.EXECUTION_CREATE)).containsExactly("user:root", "user:ada");
    assertThat(who(Permission.INVENTORY_REGISTER)).isEmpty();
    assertThat(who(Permission.EXECUTION_TERMINATE))
        .containsExactly("user:root", "user:ada (allowed on their own things only)");
  }

  private static Set<String> who(Permission permission) {
    return Explanation.whoCan(POLICY, Set.of("user:root"), permission, PRODUCTION, NOW);
  }

  private static Explanation why(Permission permission, Scope scope, String name) {
    return Explanation.of(
        POLICY, SubjectNames.completed(List.of(name)), "user:root"::equals, permission, scope, NOW);
  }
}
