package dev.harrier.conformance;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.harrier.security.Permission;
import dev.harrier.security.Scope;
import dev.harrier.security.ScopePattern;
import dev.harrier.security.policy.Circumstances;
import dev.harrier.security.policy.Condition;
import dev.harrier.security.policy.Permissions;
import dev.harrier.security.policy.Policy;
import dev.harrier.security.policy.PolicyIndex;
import dev.harrier.security.policy.Role;
import dev.harrier.security.policy.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;

/** Random policies with questions, and what Harrier answers. */
final class PolicyCases {
  private static final List<String> NAMES =
      List.of("user:ada", "user:bob", "user:*", "group:ml", "group:ops", "sa:ci", "sa:*", "*");
  private static final List<String> PROJECTS = List.of("p", "q", "pq");
  private static final List<String> DOMAINS = List.of("d", "e");
  private static final int BINDINGS_MAX = 8;
  private static final int DENIES_MAX = 4;

  private final Random random;

  PolicyCases(long seed) {
    this.random = new Random(seed);
  }

  JsonObject next(int questions) {
    var policy = policy();
    var index = PolicyIndex.of(policy);
    var json = new JsonObject();
    var bindings = new JsonArray();
    for (var binding : policy.bindings()) {
      bindings.add(entry(binding.subjects(), binding.role().permissions(), binding.scope()));
    }
    json.add("bindings", bindings);
    var denies = new JsonArray();
    for (var deny : policy.denies()) {
      denies.add(entry(deny.subjects(), deny.permissions(), deny.scope()));
    }
    json.add("denies", denies);
    var asked = new JsonArray();
    for (var number = 0; number < questions; number++) {
      asked.add(question(index));
    }
    json.add("questions", asked);
    return json;
  }

  private JsonObject question(PolicyIndex index) {
    var names = some(NAMES);
    var permission = one(List.of(Permission.values()));
    var project = random.nextInt(8) == 0 ? "" : one(PROJECTS);
    var domain = project.isEmpty() || random.nextInt(4) == 0 ? "" : one(DOMAINS);
    var verdict =
        index.decide(names, permission, scope(project, domain), Circumstances.at(Instant.EPOCH));
    var question = new JsonObject();
    question.add("names", array(names));
    question.addProperty("permission", permission.word());
    question.add("scope", scopeJson(project, domain));
    question.addProperty("allowed", verdict == Verdict.ALLOWED);
    return question;
  }

  private static Scope scope(String project, String domain) {
    if (project.isEmpty()) {
      return Scope.platform();
    }
    return domain.isEmpty() ? Scope.of(project) : Scope.of(project, domain);
  }

  private Policy policy() {
    var roles = Role.builtIn();
    var bindings = new ArrayList<Policy.Binding>();
    for (var number = random.nextInt(BINDINGS_MAX); number > 0; number--) {
      bindings.add(
          new Policy.Binding(
              "b" + number,
              some(NAMES),
              one(List.copyOf(roles.values())),
              pattern(),
              Condition.ALWAYS,
              Optional.empty(),
              Optional.empty()));
    }
    var denies = new ArrayList<Policy.Deny>();
    for (var number = random.nextInt(DENIES_MAX); number > 0; number--) {
      denies.add(
          new Policy.Deny(
              "d" + number,
              some(NAMES),
              Permissions.of(some(List.of(Permission.values()))),
              pattern(),
              Condition.ALWAYS));
    }
    return new Policy(roles, bindings, denies, List.of());
  }

  private ScopePattern pattern() {
    return new ScopePattern(
        random.nextInt(3) == 0 ? Optional.empty() : Optional.of(one(PROJECTS)),
        random.nextBoolean() ? Optional.empty() : Optional.of(one(DOMAINS)));
  }

  private static JsonObject entry(
      List<String> subjects, Permissions permissions, ScopePattern scope) {
    var json = new JsonObject();
    json.add("subjects", array(subjects));
    json.add("permissions", array(permissions.list().stream().map(Permission::word).toList()));
    json.add("scope", scopeJson(scope.project().orElse(""), scope.domain().orElse("")));
    return json;
  }

  private static JsonObject scopeJson(String project, String domain) {
    var json = new JsonObject();
    json.addProperty("project", project);
    json.addProperty("domain", domain);
    return json;
  }

  private static JsonArray array(List<String> texts) {
    return texts.stream().collect(JsonArray::new, JsonArray::add, JsonArray::addAll);
  }

  private <T> T one(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  private <T> List<T> some(List<T> all) {
    var few = random.nextInt(1, 4);
    return random
        .ints(few, 0, all.size())
        .distinct()
        .mapToObj(all::get)
        .collect(Collectors.toList());
  }
}
