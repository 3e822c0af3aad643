package dev.harrier.security.policy;

import dev.harrier.security.Scope;
import dev.harrier.security.ScopePattern;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The scopes that two policies mention: the platform, each project as a whole and in each domain,
 * with one project and one domain that stand for all that they do not mention.
 */
final class MentionedScopes {
  // No project or domain can be called so, since these names have spaces.
  private static final String OTHER_PROJECT = "any other project";
  private static final String OTHER_DOMAIN = "any other domain";

  private final List<String> projects;
  private final List<String> domains;
  private final List<Scope> all = new ArrayList<>();

  private MentionedScopes(Set<String> projects, Set<String> domains) {
    this.projects = List.copyOf(projects);
    this.domains = List.copyOf(domains);
    all.add(Scope.platform());
    for (var project : this.projects) {
      all.addAll(of(project));
    }
  }

  static MentionedScopes of(Policy... policies) {
    var projects = new LinkedHashSet<String>();
    var domains = new LinkedHashSet<String>();
    for (var policy : policies) {
      Stream.concat(
              policy.bindings().stream().map(Policy.Binding::scope),
              policy.denies().stream().map(Policy.Deny::scope))
          .forEach(scope -> add(scope, projects, domains));
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
    return new MentionedScopes(projects, domains);
  }

  private static void add(ScopePattern scope, Set<String> projects, Set<String> domains) {
    scope.project().ifPresent(projects::add);
    scope.domain().ifPresent(domains::add);
  }

  List<Scope> all() {
    return all;
  }

  /** A project as a whole and in each domain. */
  private List<Scope> of(String project) {
    var scopes = new ArrayList<Scope>();
    scopes.add(Scope.of(project));
    domains.forEach(domain -> scopes.add(Scope.of(project, domain)));
    return scopes;
  }

  /**
   * Where some of the scopes are, in as few words as say the same: "everywhere", "on team-a/*", "on
   * every project as a whole", "on team-a/production".
   */
  List<String> shortened(Set<Scope> some) {
    if (some.size() == all.size()) {
      return List.of("everywhere");
    }
    var rest = new LinkedHashSet<>(some);
    var names = new ArrayList<String>();
    if (rest.remove(Scope.platform())) {
      names.add("on the platform");
    }
    var whole = projects.stream().filter(project -> some.containsAll(of(project))).toList();
    if (whole.size() < projects.size()) {
      domains.forEach(
          domain -> shorten(project -> Scope.of(project, domain), "*/" + domain, rest, names));
      shorten(Scope::of, "every project as a whole", rest, names);
    }
    for (var project : whole) {
      // What a domain's name said of all projects already is said of this one again, as a whole.
      if (rest.removeAll(of(project))) {
        names.add("on " + project + "/*");
      }
    }
    rest.forEach(scope -> names.add("on " + name(scope)));
    return names;
  }

  private void shorten(
      Function<String, Scope> part, String name, Set<Scope> rest, List<String> names) {
    var ofEveryProject = projects.stream().map(part).toList();
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
