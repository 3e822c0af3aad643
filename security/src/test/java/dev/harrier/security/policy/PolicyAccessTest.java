package dev.harrier.security.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.harrier.security.Access;
import dev.harrier.security.Caller;
import dev.harrier.security.Permission;
import dev.harrier.security.Scope;
import dev.harrier.security.Subjects;
import dev.harrier.security.VisibleScopes;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class PolicyAccessTest {
  private static final String ISSUER = "http://localhost:30080";
  private static final Scope OWN = Scope.of("flytesnacks", "development");
  private static final Scope OTHER_DOMAIN = Scope.of("flytesnacks", "production");

  private final Access access = PolicyAccess.administeredBy(ISSUER, Set.of("harrier-local"));
  private final Caller admin = Caller.of(ISSUER, Subjects.client("harrier-local"));
  private final Caller task =
      Caller.of(ISSUER, Subjects.task(new ExecutionId("flytesnacks", "development", "f1")));

  @Test
  void a_client_of_this_home_may_do_everything_but_speak_as_the_engine() {
    for (var permission : Permission.values()) {
      var engineOnly =
          permission == Permission.EVENT_WRITE
              || permission == Permission.EXECUTION_IMPERSONATE_PARENT;

      var outcome = outcome(admin, permission, Scope.platform());

      assertThat(outcome).as(permission.word()).isEqualTo(engineOnly ? "PERMISSION_DENIED" : "");
    }
  }

  @Test
  void a_task_may_create_and_read_executions_of_its_own_project_and_domain() {
    assertThatCode(() -> access.require(task, Permission.EXECUTION_CREATE, OWN))
        .doesNotThrowAnyException();
    assertThatCode(() -> access.require(task, Permission.EXECUTION_READ_DATA, OWN))
        .doesNotThrowAnyException();
    assertThat(access.visible(task, Permission.EXECUTION_READ))
        .isEqualTo(VisibleScopes.only("flytesnacks", "development"));
  }

  @Test
  void a_task_may_do_nothing_elsewhere_and_nothing_else() {
    assertThat(outcome(task, Permission.EXECUTION_READ, OTHER_DOMAIN))
        .isEqualTo("PERMISSION_DENIED");
    assertThat(outcome(task, Permission.EXECUTION_READ, Scope.of("flytesnacks")))
        .isEqualTo("PERMISSION_DENIED");
    assertThat(outcome(task, Permission.INVENTORY_REGISTER, OWN)).isEqualTo("PERMISSION_DENIED");
    assertThat(outcome(task, Permission.SIGNAL_SET, OWN)).isEqualTo("PERMISSION_DENIED");
    assertThat(access.visible(task, Permission.INVENTORY_REGISTER))
        .isEqualTo(VisibleScopes.NOTHING);
  }

  @Test
  void a_client_that_nobody_named_holds_nothing() {
    var stranger = Caller.of(ISSUER, Subjects.client("stranger"));

    assertThat(outcome(stranger, Permission.PROJECT_READ, OWN)).isEqualTo("PERMISSION_DENIED");
    assertThat(access.visible(stranger, Permission.PROJECT_LIST)).isEqualTo(VisibleScopes.NOTHING);
  }

  @Test
  void the_same_subject_of_another_issuer_is_another_caller() {
    var foreign = Caller.of("https://elsewhere", admin.subject());

    assertThat(outcome(foreign, Permission.PROJECT_READ, OWN)).isEqualTo("PERMISSION_DENIED");
    assertThat(access.visible(foreign, Permission.PROJECT_LIST)).isEqualTo(VisibleScopes.NOTHING);
  }

  @Test
  void what_somebody_made_is_not_owned_by_the_same_subject_of_another_provider() {
    var policy =
        PolicyIndex.of(
            PolicyReader.read(
                "apiVersion: authz/v1\nbindings: [{name: all, subjects: ['user:*'], role: runner}]"));
    var own = new PolicyAccess(ISSUER, subject -> false, () -> policy);
    var one = Caller.of("https://one.example", "0a1b");
    var other = Caller.of("https://other.example", "0a1b");
    var local = Caller.of(ISSUER, "user:0a1b");

    own.requireOn(one, Permission.EXECUTION_TERMINATE, OWN, () -> Optional.of(one.principal()));

    for (var caller : List.of(other, local)) {
      assertThatThrownBy(
              () ->
                  own.requireOn(
                      caller,
                      Permission.EXECUTION_TERMINATE,
                      OWN,
                      () -> Optional.of(one.principal())))
          .isInstanceOf(RejectedException.class);
    }
    assertThat(Set.of(one.principal(), other.principal(), local.principal())).hasSize(3);
  }

  @Test
  void nobody_is_asked_to_log_in_rather_than_denied() {
    assertThat(outcome(Caller.ANONYMOUS, Permission.PROJECT_READ, OWN))
        .isEqualTo("UNAUTHENTICATED");
    assertThatThrownBy(() -> access.visible(Caller.ANONYMOUS, Permission.PROJECT_LIST))
        .isInstanceOf(RejectedException.class);
  }

  @Test
  void a_denial_names_permission_and_scope() {
    assertThatThrownBy(() -> access.require(task, Permission.SIGNAL_SET, OTHER_DOMAIN))
        .hasMessageContaining("signal:set")
        .hasMessageContaining("project 'flytesnacks', domain 'production'");
  }

  @Test
  void a_forged_task_subject_with_more_parts_is_no_task() {
    var forged = Caller.of(ISSUER, "task:flytesnacks/development/f1/x");

    assertThat(outcome(forged, Permission.EXECUTION_READ, OWN)).isEqualTo("PERMISSION_DENIED");
  }

  private String outcome(Caller caller, Permission permission, Scope scope) {
    try {
      access.require(caller, permission, scope);
      return "";
    } catch (RejectedException e) {
      Rejection.Code code = e.rejection().code();
      return code.name();
    }
  }
}
