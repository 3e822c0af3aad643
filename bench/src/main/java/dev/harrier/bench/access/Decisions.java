package dev.harrier.bench.access;

import dev.harrier.security.Access;
import dev.harrier.security.Caller;
import dev.harrier.security.Permission;
import dev.harrier.security.Scope;
import dev.harrier.security.ScopePattern;
import dev.harrier.security.policy.Condition;
import dev.harrier.security.policy.Policy;
import dev.harrier.security.policy.PolicyAccess;
import dev.harrier.security.policy.PolicyIndex;
import dev.harrier.security.policy.Role;
import dev.harrier.spi.RejectedException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Decisions under a policy of ten thousand bindings, by callers who are in ten groups each. */
@State(org.openjdk.jmh.annotations.Scope.Benchmark)
public class Decisions {
  private static final String ISSUER = "https://harrier.example";
  private static final int BINDINGS = 10_000;
  private static final int GROUPS = 1_000;
  private static final int GROUPS_OF_CALLER = 10;
  private static final int PROJECTS = 500;
  private static final List<Permission> PERMISSIONS = List.of(Permission.values());
  private static final int QUESTIONS = 1 << 12;

  private record Question(Caller caller, Permission permission, Scope scope) {}

  private final List<Question> allowed = new ArrayList<>();
  private final List<Question> denied = new ArrayList<>();
  private Access access = PolicyAccess.administeredBy(ISSUER, Set.of());
  private int next;

  /** Makes policy and questions, the same ones in each run. */
  @Setup(Level.Trial)
  public void make() {
    var random = new Random(7);
    var index = PolicyIndex.of(policy(random));
    access = new PolicyAccess(ISSUER, subject -> false, () -> index);
    while (allowed.size() < QUESTIONS || denied.size() < QUESTIONS) {
      var question = question(random);
      var side = allows(question) ? allowed : denied;
      if (side.size() < QUESTIONS) {
        side.add(question);
      }
    }
  }

  /** One that is allowed: what nearly all calls are. */
  @Benchmark
  public void allow() {
    var question = allowed.get(next++ & (QUESTIONS - 1));
    access.require(question.caller(), question.permission(), question.scope());
  }

  /** One that is denied, with the sentence that says so. */
  @Benchmark
  public Object deny() {
    var question = denied.get(next++ & (QUESTIONS - 1));
    try {
      access.require(question.caller(), question.permission(), question.scope());
      throw new IllegalStateException("expected a denial of " + question);
    } catch (RejectedException refused) {
      return refused;
    }
  }

  private boolean allows(Question question) {
    try {
      access.require(question.caller(), question.permission(), question.scope());
      return true;
    } catch (RejectedException refused) {
      return false;
    }
  }

  private static Policy policy(Random random) {
    var roles = List.copyOf(Role.builtIn().values());
    var bindings = new ArrayList<Policy.Binding>();
    for (var number = 0; number < BINDINGS; number++) {
      var subject =
          number % 2 == 0
              ? "group:g" + random.nextInt(GROUPS)
              : "user:u" + random.nextInt(BINDINGS);
      bindings.add(
          new Policy.Binding(
              "b" + number,
              List.of(subject),
              roles.get(random.nextInt(roles.size() - 1)),
              new ScopePattern(
                  Optional.of("p" + random.nextInt(PROJECTS)),
                  random.nextInt(3) == 0 ? Optional.empty() : Optional.of("development")),
              Condition.ALWAYS,
              Optional.empty(),
              Optional.empty()));
    }
    return new Policy(Role.builtIn(), bindings, List.of(), List.of());
  }

  private static Question question(Random random) {
    var groups = new HashSet<String>();
    while (groups.size() < GROUPS_OF_CALLER) {
      groups.add("g" + random.nextInt(GROUPS));
    }
    var caller =
        new Caller(
            ISSUER, "user:u" + random.nextInt(BINDINGS), Optional.empty(), Set.of("all"), groups);
    return new Question(
        caller,
        PERMISSIONS.get(random.nextInt(PERMISSIONS.size())),
        Scope.of("p" + random.nextInt(PROJECTS), "development"));
  }
}
