package dev.harrier.security.policy;

import dev.harrier.security.Scope;
import dev.harrier.security.ScopePattern;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The scopes that two policies mention and of which decisions may be others in one of them: each
 * such project as a whole and in each domain, with one domain, project and the platform that stand
 * for all that they do not mention.
 */
final class MentionedScopes {
  // No project or domain can be called so, since these names have spaces.
  private static final String OTHER_PROJECT = "any other project";
  private static final String OTHER_DOMAIN = "any other domain";

  private final Map<String, List<Scope>> byProject = new LinkedHashMap<>();
  private final List<String> domains;
  private final boolean everyProject;
  private final List<Scope> all = new ArrayList<>();

  private MentionedScopes(Set<String> projects, Set<String> domains, boolean everyProject) {
    this.domains = List.copyOf(domains);
    this.everyProject = everyProject;
    if (everyProject) {
      all.add(Scope.platform());
    }
    for (var project : projects) {
      var scopes = new ArrayList<Scope>();
      scopes.add(Scope.of(project));
      domains.forEach(domain -> scopes.add(Scope.of(project, domain)));
      byProject.put(project, scopes);
      all.addAll(scopes);
    }
  }

  /** Those that the changes between two policies touch. */
  static MentionedScopes of(Policy before, Policy after, PolicyChanges changes) {
    var projects = new LinkedHashSet<String>();
    var domains = new LinkedHashSet<String>();
    for (var policy : List.of(before, after)) {
      patterns(policy.bindings(), policy.denies())
          .forEach(
              scope -> {
                scope.project().ifPresent(projects::add);
                scope.domain().ifPresent(domains::add);
              });
      for (var test : policy.tests()) {
        switch (test.scope()) {
          case Scope.Platform platform -> {}
          case Scope.Project whole -> projects.add(whole.project());
          case Scope.Domain part -> {
            projects.add(part.scope().project());
            domains.add(part.scope().domain());
          }
        }
      }
    }
    projects.add(OTHER_PROJECT);
    domains.add(OTHER_DOMAIN);
    var touched =
        patterns(changes.bindings(), changes.denies())
            .map(ScopePattern::project)
            .collect(Collectors.toSet());
    var everyProject = touched.contains(Optional.empty());
    if (!everyProject) {
      projects.removeIf(project -> !touched.contains(Optional.of(project)));
    }
    return new MentionedScopes(projects, domains, everyProject);
  }

  private static Stream<ScopePattern> patterns(
      List<Policy.Binding> bindings, List<Policy.Deny> denies) {
    return Stream.concat(
        bindings.stream().map(Policy.Binding::scope), denies.stream().map(Policy.Deny::scope));
  }

  List<Scope> all() {
    return all;
  }

  /**
   * Where some of the scopes are, in as few words as say the same: "everywhere", "on team-a/*", "on
   * every project as a whole", "on team-a/production".
   */
  List<String> shortened(Set<Scope> some) {
    if (everyProject && some.size() == all.size()) {
      return List.of("everywhere");
    }
    var rest = new LinkedHashSet<>(some);
    var names = new ArrayList<String>();
    if (rest.remove(Scope.platform())) {
      names.add("on the platform");
    }
    if (everyProject) {
      domains.forEach(
          domain -> shorten(project -> Scope.of(project, domain), "*/" + domain, rest, names));
      shorten(Scope::of, "every project as a whole", rest, names);
    }
    byProject.forEach(
        (project, scopes) -> {
          // What was said of every project already is said of this one again, as a whole.
          if (some.containsAll(scopes) && rest.removeAll(scopes)) {
            names.add("on " + project + "/*");
          }
        });
    rest.forEach(scope -> names.add("on " + name(scope)));
    return names;
  }

  private void shorten(
      Function<String, Scope> part, String name, Set<Scope> rest, List<String> names) {
    var ofEveryProject = byProject.keySet().stream().map(part).toList();
    if (rest.containsAll(ofEveryProject)) {
      ofEveryProject.forEach(rest::remove);
      names.add("on " + name);
    }
  }

  private static String name(Scope scope) {
    return switch (scope) {
      case Scope.Platform platform -> "the platform";
      case Scope.Project whole -> whole.project() + " as a whole";
      case Scope.Domain part -> part.scope().project() + "/" + part.scope().domain();
    };
  }
}
