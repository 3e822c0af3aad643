package dev.harrier.secrets;

import dev.harrier.spi.ProjectDomain;
import dev.harrier.spi.Rejection;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which projects and domains ask a service, and where in it the secrets of each are: a pattern of
 * the operator's, in which the words project and domain in braces stand for the asking ones. No two
 * projects have one place unless the operator names each of them.
 *
 * @param projects names alone, or with a domain after a slash; empty for all
 */
public record Places(List<String> projects, String pattern) {
  private static final String PROJECT = "{project}";
  private static final String DOMAIN = "{domain}";
  private static final Pattern FIXED = Pattern.compile("[A-Za-z0-9._/-]*");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9_])?");

  /**
   * @throws IllegalArgumentException for a pattern that could lead out of it, or that gives the
   *     same place to projects that were not named; it begins with the name of the component
   */
  public Places {
    projects = List.copyOf(projects);
    for (var project : projects) {
      check(
          project.matches("[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)?"),
          "projects: expected a project or project/domain, found '" + project + "'");
    }
    var fixed = pattern.replace(PROJECT, "").replace(DOMAIN, "");
    check(
        !pattern.isEmpty() && FIXED.matcher(fixed).matches() && !leadsOut(pattern),
        "place: expected a path of A-Z a-z 0-9 . _ - with {project} and {domain} in it, without '..' and without '/' at an end, found '%s'"
            .formatted(pattern));
    check(
        pattern.contains(PROJECT) || ofOneProject(projects),
        "place: expected {project} in it, found '%s'. Without that the projects would have each other's secrets; it can be left out where 'projects' names a single one."
            .formatted(pattern));
    // Two names that run together may be those of another project and domain.
    check(
        !pattern.contains("}{")
            && pattern.indexOf(PROJECT) == pattern.lastIndexOf(PROJECT)
            && pattern.indexOf(DOMAIN) == pattern.lastIndexOf(DOMAIN),
        "place: expected {project} and {domain} once each and something between them, found '%s'"
            .formatted(pattern));
  }

  /** Whether a place asks the service at all. */
  public boolean serve(ProjectDomain place) {
    return projects.isEmpty()
        || projects.contains(place.project())
        || projects.contains(place.toString());
  }

  /**
   * Where the secrets of a place are.
   *
   * @throws dev.harrier.spi.RejectedException for names that the pattern cannot tell apart
   */
  public String of(ProjectDomain place) {
    checkName("project", place.project());
    checkName("domain", place.domain());
    // 'a-b' of 'c' and 'a' of 'b-c' would be one; Flyte's own namespaces have that.
    if (runTogether() && !place.domain().matches("[A-Za-z0-9]+")) {
      throw Rejection.failedPrecondition(
          "The domain '%s' has other letters than A-Z a-z 0-9, and the place '%s' of this source"
              + " could be another project's then.",
          place.domain(), pattern);
    }
    return pattern.replace(PROJECT, place.project()).replace(DOMAIN, place.domain());
  }

  private boolean runTogether() {
    return Arrays.stream(pattern.split("/", -1))
        .anyMatch(segment -> segment.contains(PROJECT) && segment.contains(DOMAIN));
  }

  private static void checkName(String what, String name) {
    if (!NAME.matcher(name).matches() || name.contains("..")) {
      throw Rejection.failedPrecondition(
          "The %s has a name with other letters than A-Z a-z 0-9 . _ and -, and no source outside"
              + " is asked for such.",
          what);
    }
  }

  private static boolean ofOneProject(List<String> projects) {
    Set<String> names =
        projects.stream().map(one -> one.split("/", 2)[0]).collect(Collectors.toSet());
    return names.size() == 1;
  }

  private static boolean leadsOut(String pattern) {
    for (var segment : pattern.split("/", -1)) {
      if (segment.isEmpty() || segment.equals(".") || segment.contains("..")) {
        return true;
      }
    }
    return false;
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
