package dev.harrier.security.secret;

import static java.util.Objects.requireNonNull;

import dev.harrier.security.Scope;
import dev.harrier.spi.Rejection;

/**
 * Where a secret is kept: for the whole installation, for a project, or for one of its domains. A
 * task finds the one that is closest to it.
 *
 * @param project empty for the installation
 * @param domain empty for all domains of the project
 */
public record SecretLevel(String project, String domain) {
  /** Everywhere. */
  public static final SecretLevel INSTALLATION = new SecretLevel("", "");

  public SecretLevel {
    requireNonNull(project, "project");
    requireNonNull(domain, "domain");
    if (project.isEmpty() && !domain.isEmpty()) {
      throw Rejection.invalid(
          "secret: expected a project beside the domain '%s', found none", domain);
    }
  }

  /** What access to it is decided on. */
  public Scope scope() {
    if (project.isEmpty()) {
      return Scope.platform();
    }
    return domain.isEmpty() ? Scope.of(project) : Scope.of(project, domain);
  }

  @Override
  public String toString() {
    return project.isEmpty() ? "the installation" : scope().toString();
  }
}
