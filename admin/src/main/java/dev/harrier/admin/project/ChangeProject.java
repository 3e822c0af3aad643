package dev.harrier.admin.project;

import static java.util.Objects.requireNonNull;

import dev.harrier.admin.inventory.Labels;
import dev.harrier.admin.inventory.Required;
import dev.harrier.security.Access;
import dev.harrier.security.Caller;
import dev.harrier.security.Permission;
import dev.harrier.security.Scope;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import flyteidl.admin.ProjectOuterClass.Project;
import flyteidl.admin.ProjectOuterClass.Project.ProjectState;

/** Registers projects and changes them. */
public final class ChangeProject {
  /** The longest name, in characters. */
  static final int NAME_CHARACTERS_MAX = 64;

  /** The longest description, in characters. */
  static final int DESCRIPTION_CHARACTERS_MAX = 300;

  private final ProjectStore store;
  private final ProjectSettings settings;
  private final Access access;

  public ChangeProject(ProjectStore store, ProjectSettings settings, Access access) {
    this.store = requireNonNull(store, "store");
    this.settings = requireNonNull(settings, "settings");
    this.access = requireNonNull(access, "access");
  }

  /** Makes the projects of the configuration that are missing; changes none that is there. */
  public void seed() {
    for (var id : settings.projects()) {
      var project =
          Project.newBuilder()
              .setId(id)
              .setName(id)
              .setDescription("Made at first start")
              .setState(ProjectState.ACTIVE)
              .build();
      check(project);
      store.insert(project);
    }
  }

  /**
   * Registers a project.
   *
   * @throws RejectedException ALREADY_EXISTS if its id is taken
   */
  public void register(Caller caller, Project project) {
    Required.present(!project.equals(Project.getDefaultInstance()), "project");
    Required.text(project.getName(), "project_name");
    check(project);
    access.require(caller, Permission.PROJECT_CREATE, Scope.platform());
    if (!store.insert(project)) {
      throw Rejection.alreadyExists(
          "value with matching already exists (a project with the id [%s] is registered)",
          project.getId());
    }
  }

  /**
   * Changes a project: its state, and of name, description and labels those that are not empty.
   *
   * @throws RejectedException NOT_FOUND if there is none of that id
   */
  public void update(Caller caller, Project project) {
    Required.text(project.getId(), "project_id");
    access.require(caller, Permission.PROJECT_UPDATE, Scope.of(project.getId()));
    check(project);
    if (!store.update(project)) {
      throw ProjectQueries.missing(project.getId());
    }
  }

  private static void check(Project project) {
    Required.text(project.getId(), "project_id");
    Labels.check(project.getLabels().getValuesMap());
    if (!Labels.isDnsLabel(project.getId())) {
      throw Rejection.invalid(
          "invalid project id [%s]: expected 1 to 63 lower-case letters, digits and '-', beginning and ending with a letter or digit",
          project.getId());
    }
    checkLength(project.getName(), "project_name", NAME_CHARACTERS_MAX);
    checkLength(project.getDescription(), "project_description", DESCRIPTION_CHARACTERS_MAX);
    if (project.getDomainsCount() > 0) {
      throw Rejection.invalid(
          "Domains are currently only set system wide. Please retry without domains included in your request.");
    }
    if (project.getState() == ProjectState.UNRECOGNIZED) {
      throw Rejection.invalid(
          "project state: expected one that the protocol names, got %d", project.getStateValue());
    }
  }

  private static void checkLength(String text, String field, int charactersMax) {
    if (text.length() > charactersMax) {
      throw Rejection.invalid("%s cannot exceed %d characters", field, charactersMax);
    }
    if (!text.isEmpty()) {
      Required.text(text, field);
    }
  }
}
