package dev.harrier.security.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.harrier.audit.AuditRecord;
import dev.harrier.audit.Event;
import dev.harrier.audit.Outcome;
import dev.harrier.security.Caller;
import dev.harrier.security.Permission;
import dev.harrier.security.RecordedEvents;
import dev.harrier.security.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PolicyInForceTest {
  private static final String ISSUER = "http://localhost:1";
  private static final Scope SCOPE = Scope.of("team-a", "development");
  private static final String VIEWER =
      "apiVersion: authz/v1\nbindings: [{name: a, subjects: ['sa:ci'], role: viewer}]\n";

  private final Caller ci = Caller.of(ISSUER, "sa:ci");
  @TempDir private Path folder = Path.of("");

  @Test
  void a_change_is_in_force_after_a_look_and_an_unsound_one_never() throws IOException {
    var file = folder.resolve("access.yaml");
    var policy = PolicyInForce.open(new PolicyFile(file));
    assertThat(may(policy, ci, Permission.EXECUTION_READ)).isFalse();
    assertThat(may(policy, Caller.of(ISSUER, "sa:admin"), Permission.PROJECT_CREATE)).isTrue();

    Files.writeString(file, VIEWER);
    assertThat(lookTwice(policy)).isTrue();
    assertThat(may(policy, ci, Permission.EXECUTION_READ)).isTrue();
    assertThat(may(policy, Caller.of(ISSUER, "sa:admin"), Permission.PROJECT_CREATE)).isTrue();

    for (var unsound : List.of("apiVersion: authz/v1\nbindings: [{name: b}]\n", "", "\n", "{")) {
      Files.writeString(file, unsound);
      assertThat(lookTwice(policy)).isFalse();
      assertThat(may(policy, ci, Permission.EXECUTION_READ)).as(unsound).isTrue();
    }
    Files.delete(file);
    assertThat(lookTwice(policy)).isFalse();
    assertThat(may(policy, ci, Permission.EXECUTION_READ)).isTrue();

    Files.writeString(file, "apiVersion: authz/v1\n");
    assertThat(lookTwice(policy)).isTrue();
    assertThat(may(policy, ci, Permission.EXECUTION_READ)).isFalse();
  }

  @Test
  void a_text_that_is_still_being_written_is_not_taken_for_all() throws IOException {
    var file = folder.resolve("access.yaml");
    Files.writeString(file, VIEWER);
    var policy = PolicyInForce.open(new PolicyFile(file));
    var whole =
        "apiVersion: authz/v1\nbindings: [{name: a, subjects: ['sa:ci'], role: runner}]\n"
            + "denies: [{name: d, subjects: ['sa:ci'], permissions: ['*']}]\n";

    Files.writeString(file, whole.substring(0, whole.indexOf("denies")));
    assertThat(policy.look()).isFalse();
    Files.writeString(file, whole);
    assertThat(policy.look()).isFalse();
    assertThat(may(policy, ci, Permission.EXECUTION_CREATE)).isFalse();

    assertThat(policy.look()).isTrue();
    assertThat(may(policy, ci, Permission.EXECUTION_READ)).isFalse();
  }

  @Test
  void what_changes_in_the_file_and_what_cannot_be_taken_is_recorded() throws IOException {
    var file = folder.resolve("access.yaml");
    Files.writeString(file, VIEWER);
    var events = new RecordedEvents();
    try (var policy = PolicyInForce.open(new PolicyFile(file))) {
      policy.start(events);
      Files.writeString(file, "bindings: [{nonsense: true}]\n");
      awaited(() -> !events.of(Event.POLICY_CHANGED).isEmpty());
      Files.writeString(file, VIEWER.replace("viewer", "runner"));
      awaited(() -> events.of(Event.POLICY_CHANGED).size() > 1);
    }

    assertThat(events.of(Event.POLICY_CHANGED))
        .extracting(AuditRecord::outcome)
        .containsExactly(Outcome.FAILED, Outcome.OK);
    assertThat(events.of(Event.POLICY_CHANGED).getLast().details()).containsKeys("etag", "source");
  }

  private static void awaited(java.util.function.BooleanSupplier there) {
    var deadline = System.nanoTime() + java.time.Duration.ofSeconds(20).toNanos();
    while (!there.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      java.util.concurrent.locks.LockSupport.parkNanos(10_000_000);
    }
  }

  @Test
  void a_policy_that_others_may_write_is_none() throws IOException {
    var file = folder.resolve("access.yaml");
    Files.writeString(file, VIEWER);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-r--"));

    assertThatThrownBy(() -> PolicyInForce.open(new PolicyFile(file)))
        .hasMessageContaining("chmod go-w");
  }

  @Test
  void nothing_opens_on_an_unsound_policy() throws IOException {
    var file = folder.resolve("access.yaml");
    Files.writeString(file, "bindings: []");

    assertThatThrownBy(() -> PolicyInForce.open(new PolicyFile(file)))
        .isInstanceOf(PolicyException.class)
        .hasMessageContaining("apiVersion");
  }

  @Test
  void what_hangs_on_the_maker_is_looked_up_and_what_is_not_there_is_nobodys() throws IOException {
    var file = folder.resolve("access.yaml");
    Files.writeString(file, VIEWER.replace("viewer", "runner"));
    var access =
        new PolicyAccess(ISSUER, subject -> false, PolicyInForce.open(new PolicyFile(file)));

    assertThat(access.mayAnywhere(ci, Permission.EXECUTION_TERMINATE)).isTrue();
    assertThat(access.mayAnywhere(ci, Permission.INVENTORY_REGISTER)).isFalse();
    access.requireOn(ci, Permission.EXECUTION_TERMINATE, SCOPE, () -> Optional.of("sa:ci"));
    assertThatThrownBy(
            () ->
                access.requireOn(
                    ci, Permission.EXECUTION_TERMINATE, SCOPE, () -> Optional.of("sa:other")))
        .hasMessageContaining("sa:ci lacks the permission execution:terminate on");
    assertThatThrownBy(
            () -> access.requireOn(ci, Permission.EXECUTION_TERMINATE, SCOPE, Optional::empty))
        .hasMessageContaining("sa:ci lacks the permission execution:terminate on");
  }

  @Test
  void a_changed_policy_that_fails_its_own_tests_is_not_taken_but_a_start_on_one_is()
      throws IOException {
    var file = folder.resolve("access.yaml");
    Files.writeString(file, VIEWER);
    var policy = PolicyInForce.open(new PolicyFile(file));
    var failing =
        VIEWER.replace("viewer", "runner")
            + "tests: [{name: t, subjects: ['sa:ci'], permission: 'execution:create', scope: {project: team-a}, expect: deny}]\n";

    Files.writeString(file, failing);

    assertThat(lookTwice(policy)).isFalse();
    assertThat(may(policy, ci, Permission.EXECUTION_CREATE)).isFalse();
    assertThat(may(PolicyInForce.open(new PolicyFile(file)), ci, Permission.EXECUTION_CREATE))
        .isTrue();
  }

  private static boolean lookTwice(PolicyInForce policy) {
    var changed = policy.look();
    return policy.look() || changed;
  }

  private static boolean may(PolicyInForce policy, Caller caller, Permission permission) {
    try {
      new PolicyAccess(ISSUER, "sa:admin"::equals, policy).require(caller, permission, SCOPE);
      return true;
    } catch (dev.harrier.spi.RejectedException denied) {
      return false;
    }
  }
}
