package dev.harrier.admin.project;

import static dev.harrier.admin.Inventory.STRANGER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.admin.Inventory;
import dev.harrier.database.Database;
import dev.harrier.database.TestDatabase;
import dev.harrier.security.Caller;
import dev.harrier.spi.Rejection;
import flyteidl.admin.Common.Labels;
import flyteidl.admin.Common.Sort;
import flyteidl.admin.ProjectOuterClass.Domain;
import flyteidl.admin.ProjectOuterClass.Project;
import flyteidl.admin.ProjectOuterClass.Project.ProjectState;
import flyteidl.admin.ProjectOuterClass.ProjectGetRequest;
import flyteidl.admin.ProjectOuterClass.ProjectListRequest;
import flyteidl.admin.ProjectOuterClass.ProjectRegisterRequest;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(TestDatabase.class)
final class ProjectRpcTest {
  private final String unique = UUID.randomUUID().toString().substring(0, 8);
  private final Inventory inventory;

  ProjectRpcTest(Database database) {
    inventory = Inventory.in(database, "projects-" + unique);
  }

  @Test
  void flytekits_own_project_and_domains_are_there_from_the_start() {
    var project =
        inventory.call(
            r -> r.projects().get(ProjectGetRequest.newBuilder().setId("flytesnacks").build()));

    assertThat(project.getDomainsList())
        .extracting(Domain::getId)
        .containsExactly("development", "staging", "production");
    assertThat(inventory.call(r -> r.projects().domains()).getDomainsList())
        .isEqualTo(project.getDomainsList());
  }

  @Test
  void a_registered_project_is_read_back_and_its_id_is_taken() {
    var project =
        Project.newBuilder()
            .setId("own-" + unique)
            .setName("Own")
            .setDescription("of mine")
            .setLabels(Labels.newBuilder().putValues("team", "a"))
            .build();

    register(project);
    var again = refused(project);

    assertThat(get(project.getId()).toBuilder().clearDomains().build()).isEqualTo(project);
    assertThat(again.code()).isEqualTo(Rejection.Code.ALREADY_EXISTS);
    assertThat(again.message()).startsWith("value with matching already exists");
  }

  @Test
  void an_update_changes_the_state_and_what_is_not_empty() {
    var id = inventory.project();

    inventory.call(
        r ->
            r.projects()
                .update(
                    Project.newBuilder()
                        .setId(id)
                        .setDescription("new")
                        .setState(ProjectState.ARCHIVED)
                        .build()));

    assertThat(get(id).getName()).isEqualTo(id);
    assertThat(get(id).getDescription()).isEqualTo("new");
    assertThat(get(id).getState()).isEqualTo(ProjectState.ARCHIVED);
    assertThat(list("")).doesNotContain(id).contains("flytesnacks");
    assertThat(list("eq(state,1)")).contains(id).doesNotContain("flytesnacks");
    assertThat(list("eq(identifier,%s)".formatted(id))).containsExactly(id);
  }

  static Stream<Arguments> faultyProjects() {
    var sound = Project.newBuilder().setId("p").setName("p").build();
    return Stream.of(
        Arguments.of(Project.getDefaultInstance(), "missing project"),
        Arguments.of(sound.toBuilder().clearName().build(), "missing project_name"),
        Arguments.of(sound.toBuilder().clearId().build(), "missing project_id"),
        Arguments.of(
            sound.toBuilder().setId("Not_One").build(),
            "invalid project id [Not_One]: expected 1 to 63 lower-case letters, digits and '-', beginning and ending with a letter or digit"),
        Arguments.of(
            sound.toBuilder().setName("n".repeat(65)).build(),
            "project_name cannot exceed 64 characters"),
        Arguments.of(
            sound.toBuilder().setDescription("n".repeat(301)).build(),
            "project_description cannot exceed 300 characters"),
        Arguments.of(
            sound.toBuilder().addDomains(Domain.getDefaultInstance()).build(),
            "Domains are currently only set system wide. Please retry without domains included in your request."));
  }

  @ParameterizedTest
  @MethodSource("faultyProjects")
  void a_faulty_project_is_refused_with_what_is_wrong(Project project, String message) {
    var refusal = refused(project);

    assertThat(refusal.code()).isEqualTo(Rejection.Code.INVALID_ARGUMENT);
    assertThat(refusal.message()).isEqualTo(message);
  }

  @Test
  void labels_are_checked_as_kubernetes_does() {
    var project = Project.newBuilder().setId("p").setName("p");

    assertThat(
            refused(project.setLabels(Labels.newBuilder().putValues("not ok", "v")).build())
                .message())
        .startsWith("invalid label key [not ok]");
    assertThat(
            refused(
                    project
                        .setLabels(Labels.newBuilder().putValues("example.com/ok", "-v"))
                        .build())
                .message())
        .startsWith("invalid label value [-v]");
  }

  @Test
  void an_unknown_project_is_not_found_by_those_who_may_see_and_hidden_from_others() {
    var request = ProjectGetRequest.newBuilder().setId("nope").build();
    var there = ProjectGetRequest.newBuilder().setId(inventory.project()).build();

    var notFound = inventory.refused(r -> r.projects().get(request)).rejection();
    var hidden = inventory.refusedAs(STRANGER, r -> r.projects().get(there)).rejection();
    var update =
        inventory
            .refused(r -> r.projects().update(Project.newBuilder().setId("nope").build()))
            .rejection();

    assertThat(notFound.code()).isEqualTo(Rejection.Code.NOT_FOUND);
    assertThat(notFound.message()).isEqualTo("project [nope] not found");
    assertThat(update).isEqualTo(notFound);
    assertThat(hidden.code()).isEqualTo(Rejection.Code.PERMISSION_DENIED);
  }

  @Test
  void a_list_shows_each_caller_what_they_may_see_and_pages_by_id() {
    var everything = list("");

    assertThat(everything).isSorted().contains(inventory.project(), "flytesnacks");
    assertThat(
            inventory
                .as(STRANGER, r -> r.projects().list(ProjectListRequest.getDefaultInstance()))
                .getProjectsList())
        .isEmpty();
    assertThat(
            inventory
                .refusedAs(
                    Caller.ANONYMOUS,
                    r -> r.projects().list(ProjectListRequest.getDefaultInstance()))
                .rejection()
                .code())
        .isEqualTo(Rejection.Code.UNAUTHENTICATED);
    var first =
        inventory.call(
            r ->
                r.projects()
                    .list(
                        ProjectListRequest.newBuilder()
                            .setLimit(1)
                            .setSortBy(
                                Sort.newBuilder()
                                    .setKey("identifier")
                                    .setDirection(Sort.Direction.DESCENDING))
                            .build()));
    assertThat(first.getProjectsList()).hasSize(1);
    assertThat(first.getToken()).isNotEmpty();
  }

  private Project get(String id) {
    return inventory.call(r -> r.projects().get(ProjectGetRequest.newBuilder().setId(id).build()));
  }

  private List<String> list(String filters) {
    return inventory
        .call(r -> r.projects().list(ProjectListRequest.newBuilder().setFilters(filters).build()))
        .getProjectsList()
        .stream()
        .map(Project::getId)
        .toList();
  }

  private void register(Project project) {
    inventory.call(
        r ->
            r.projects().register(ProjectRegisterRequest.newBuilder().setProject(project).build()));
  }

  private Rejection refused(Project project) {
    return inventory
        .refused(
            r ->
                r.projects()
                    .register(ProjectRegisterRequest.newBuilder().setProject(project).build()))
        .rejection();
  }
}
