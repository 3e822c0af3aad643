package dev.harrier.spi;

import static java.util.Objects.requireNonNull;

/** The scope that access is decided on: a project and one of its domains. */
public record ProjectDomain(String project, String domain) {
  public ProjectDomain {
    requireNonNull(project, "project");
    requireNonNull(domain, "domain");
  }

  @Override
  public String toString() {
    return project + "/" + domain;
  }
}
