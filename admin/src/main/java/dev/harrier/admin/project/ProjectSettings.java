package dev.harrier.admin.project;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/**
 * The domains that every project has, and the projects made at first start.
 *
 * @param domains at least one, in the order in which clients show them
 * @param projects ids of projects to make if they are missing
 */
public record ProjectSettings(List<Domain> domains, List<String> projects) {
  /** Flyte's own: flytekit takes this project and the first of these domains unless told. */
  public static final ProjectSettings DEFAULT =
      new ProjectSettings(
          List.of(
              new Domain("development", "development"),
              new Domain("staging", "staging"),
              new Domain("production", "production")),
          List.of("flytesnacks"));

  public ProjectSettings {
    domains = List.copyOf(domains);
    projects = List.copyOf(projects);
    if (domains.isEmpty()) {
      throw new IllegalArgumentException("domains: expected at least one, got none");
    }
  }

  /** The domain of that id. */
  public Optional<Domain> domain(String id) {
    return domains.stream().filter(domain -> domain.id().equals(id)).findFirst();
  }

  /**
   * A domain.
   *
   * @param name as people read it
   */
  public record Domain(String id, String name) {
    public Domain {
      requireNonNull(id, "id");
      requireNonNull(name, "name");
    }
  }
}
