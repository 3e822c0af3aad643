package dev.harrier.security;

import static java.util.Objects.requireNonNull;

import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.ProjectDomain;

/** Where a permission is asked for. Whether the thing exists plays no part. */
public sealed interface Scope {

  /** Everything: what belongs to no project. */
  record Platform() implements Scope {
    @Override
    public String toString() {
      return "the platform";
    }
  }

  /** A project in all of its domains. */
  record Project(String project) implements Scope {
    public Project {
      requireNonNull(project, "project");
    }

    @Override
    public String toString() {
      return "project '%s'".formatted(project);
    }
  }

  /** One domain of a project. */
  record Domain(ProjectDomain scope) implements Scope {
    public Domain {
      requireNonNull(scope, "scope");
    }

    @Override
    public String toString() {
      return "project '%s', domain '%s'".formatted(scope.project(), scope.domain());
    }
  }

  /** Everything. */
  static Scope platform() {
    return new Platform();
  }

  /** A project in all of its domains. */
  static Scope of(String project) {
    return new Project(project);
  }

  /** One domain of a project. */
  static Scope of(String project, String domain) {
    return new Domain(new ProjectDomain(project, domain));
  }

  /** One domain of a project. */
  static Scope of(ProjectDomain scope) {
    return new Domain(scope);
  }

  /** The project and domain of an execution. */
  static Scope of(ExecutionId execution) {
    return new Domain(execution.scope());
  }
}
