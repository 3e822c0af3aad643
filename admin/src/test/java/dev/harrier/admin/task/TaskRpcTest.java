package dev.harrier.admin.task;

import static dev.harrier.admin.Inventory.STRANGER;
import static dev.harrier.admin.Samples.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.admin.Inventory;
import dev.harrier.admin.Samples;
import dev.harrier.database.Database;
import dev.harrier.database.TestDatabase;
import dev.harrier.security.Caller;
import dev.harrier.spi.Rejection;
import flyteidl.admin.Common.NamedEntityIdentifier;
import flyteidl.admin.Common.ResourceListRequest;
import flyteidl.admin.DescriptionEntityOuterClass.DescriptionEntity;
import flyteidl.admin.ProjectOuterClass.InactiveProject;
import flyteidl.admin.ProjectOuterClass.Project;
import flyteidl.admin.TaskOuterClass.Task;
import flyteidl.admin.TaskOuterClass.TaskCreateRequest;
import flyteidl.admin.TaskOuterClass.TaskSpec;
import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.IdentifierOuterClass.ResourceType;
import flyteidl.core.Tasks.Resources.ResourceEntry;
import flyteidl.core.Tasks.Resources.ResourceName;
import flyteidl.core.Tasks.TaskTemplate;
import java.util.ArrayList;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(TestDatabase.class)
final class TaskRpcTest {
  private final Inventory inventory;

  TaskRpcTest(Database database) {
    inventory = Inventory.in(database, "tasks-" + UUID.randomUUID());
  }

  @BeforeEach
  void nothingIsRegistered() {
    assertThat(list(ResourceListRequest.newBuilder().setLimit(1)).count()).isZero();
  }

  @Test
  void a_registered_task_is_read_back_as_it_was_sent() {
    var id = task("t", "v1");
    var spec =
        Samples.task().toBuilder()
            .setDescription(DescriptionEntity.newBuilder().setShortDescription("short"))
            .build();

    inventory.create(id, spec);

    var read = inventory.task(id);
    assertThat(read.getId()).isEqualTo(id);
    assertThat(read.getShortDescription()).isEqualTo("short");
    assertThat(read.getClosure().getCompiledTask().getTemplate())
        .isEqualTo(spec.getTemplate().toBuilder().setId(id).build());
    assertThat(read.getClosure().hasCreatedAt()).isTrue();
  }

  @Test
  void the_same_task_again_exists_and_another_under_its_id_is_refused_with_the_difference() {
    var id = task("t", "v1");
    inventory.create(id, Samples.task());

    var same = refused(id, Samples.task());
    var other = refused(id, changed(t -> t.setContainer(t.getContainerBuilder().setImage("new"))));

    assertThat(same.code()).isEqualTo(Rejection.Code.ALREADY_EXISTS);
    assertThat(same.message()).isEqualTo("task with identical structure already exists");
    assertThat(other.code()).isEqualTo(Rejection.Code.INVALID_ARGUMENT);
    assertThat(other.message())
        .isEqualTo(
            "t task with different structure already exists. (Please register a new version of the task):\n"
                + "/template/container/image:\n\t- image \n\t+ new");
  }

  static Stream<Arguments> faultyTasks() {
    return Stream.of(
        Arguments.of(TaskSpec.getDefaultInstance(), "missing spec"),
        Arguments.of(changed(TaskTemplate.Builder::clearType), "missing type"),
        Arguments.of(changed(TaskTemplate.Builder::clearMetadata), "missing metadata"),
        Arguments.of(
            changed(
                t ->
                    t.setMetadata(
                        t.getMetadataBuilder()
                            .setRuntime(t.getMetadata().getRuntime().toBuilder().clearVersion()))),
            "missing runtime version"),
        Arguments.of(changed(TaskTemplate.Builder::clearInterface), "missing typed interface"),
        Arguments.of(
            changed(t -> t.setContainer(t.getContainerBuilder().clearImage())), "missing image"),
        Arguments.of(
            requests("1", "500m"),
            "Requested MEMORY default [1] is greater than the limit [0.500]. Please fix your configuration"),
        Arguments.of(
            requests("lots", "1"),
            "Parsing of MEMORY request failed for value lots - reason: it is no Kubernetes quantity such as 500m, 2 or 4Gi"));
  }

  @ParameterizedTest
  @MethodSource("faultyTasks")
  void a_faulty_task_is_refused_with_what_is_wrong(TaskSpec spec, String message) {
    var refusal = refused(task("t", "v1"), spec);

    assertThat(refusal.code()).isEqualTo(Rejection.Code.INVALID_ARGUMENT);
    assertThat(refusal.message()).isEqualTo(message);
  }

  @Test
  void a_faulty_identifier_is_refused_and_an_empty_one_finds_no_row() {
    inventory.create(task("t", "v1"), Samples.task());
    var id = task("t", "v1");

    assertThat(message(Identifier.getDefaultInstance())).isEqualTo("missing id");
    assertThat(message(id.toBuilder().clearProject().build())).isEqualTo("missing project");
    assertThat(message(id.toBuilder().clearDomain().build())).isEqualTo("missing domain");
    assertThat(message(id.toBuilder().clearName().build())).isEqualTo("missing name");
    assertThat(message(id.toBuilder().clearVersion().build())).isEqualTo("missing version");
    assertThat(message(id.toBuilder().setResourceType(ResourceType.WORKFLOW).build()))
        .startsWith("unexpected resource type workflow for identifier")
        .endsWith("expected task instead");
    assertThat(message(id.toBuilder().setName("a\u0000b").build())).contains("NUL");
    assertThat(message(id.toBuilder().setName("é".repeat(600)).build()))
        .isEqualTo("name cannot exceed 1024 bytes, got 1200");
    assertThat(
            inventory.refused(r -> r.tasks().get(Inventory.get(Identifier.getDefaultInstance()))))
        .hasMessage("missing id");
  }

  @Test
  void a_call_that_reads_implies_the_kind_of_what_it_names() {
    var id = task("t", "v1");
    inventory.create(id, Samples.task());

    var read = inventory.task(id.toBuilder().clearResourceType().build());

    assertThat(read.getId()).isEqualTo(id);
  }

  @Test
  void a_project_or_domain_that_takes_nothing_new_is_refused() {
    var unknownProject = refused(Samples.id(ResourceType.TASK, "nope", "t", "v"), Samples.task());
    var unknownDomain =
        refused(task("t", "v").toBuilder().setDomain("moon").build(), Samples.task());
    inventory.call(
        r ->
            r.projects()
                .update(
                    Project.newBuilder()
                        .setId(inventory.project())
                        .setState(Project.ProjectState.ARCHIVED)
                        .build()));
    var archived = refused(task("t", "v"), Samples.task());

    assertThat(unknownProject.message())
        .isEqualTo(
            "failed to validate that project [nope] and domain [development] are registered, err: [project [nope] not found]");
    assertThat(unknownDomain.message()).isEqualTo("domain [moon] is unrecognized by system");
    assertThat(archived.message())
        .isEqualTo("project [%s] is not active".formatted(inventory.project()));
    assertThat(archived.detail().orElseThrow().is(InactiveProject.class)).isTrue();
  }

  @Test
  void a_version_need_not_be_safe_in_a_url() {
    var id = task("t", "v 2/?&%s=");

    inventory.create(id, Samples.task());

    assertThat(inventory.task(id).getId()).isEqualTo(id);
  }

  @Test
  void what_is_not_there_is_not_found_by_those_who_may_see_and_hidden_from_others() {
    var there = task("t", "v1");
    inventory.create(there, Samples.task());
    var missing = task("t", "v2");

    var notFound = inventory.refused(r -> r.tasks().get(Inventory.get(missing)));
    var hidden = inventory.refusedAs(STRANGER, r -> r.tasks().get(Inventory.get(there)));
    var hiddenToo = inventory.refusedAs(STRANGER, r -> r.tasks().get(Inventory.get(missing)));
    var nobody = inventory.refusedAs(Caller.ANONYMOUS, r -> r.tasks().get(Inventory.get(there)));

    assertThat(notFound.rejection().code()).isEqualTo(Rejection.Code.NOT_FOUND);
    assertThat(notFound)
        .hasMessage(
            "missing entity of type TASK with identifier project:\"%s\" domain:\"development\" name:\"t\" version:\"v2\"",
            inventory.project());
    assertThat(hidden.rejection()).isEqualTo(hiddenToo.rejection());
    assertThat(hidden.rejection().code()).isEqualTo(Rejection.Code.PERMISSION_DENIED);
    assertThat(nobody.rejection().code()).isEqualTo(Rejection.Code.UNAUTHENTICATED);
    assertThat(refusedAs(STRANGER, there)).isEqualTo(refusedAs(STRANGER, missing));
    assertThat(inventory.as(inventory.task(), r -> r.tasks().get(Inventory.get(there))).getId())
        .isEqualTo(there);
  }

  @Test
  void a_list_walks_all_versions_newest_first_and_by_name() {
    for (var name : new String[] {"a", "b"}) {
      for (var i = 0; i < 5; i++) {
        inventory.create(task(name, "v" + i), Samples.task());
      }
    }

    var walked = new ArrayList<String>();
    var request = ResourceListRequest.newBuilder().setLimit(3);
    do {
      var page = inventory.call(r -> r.tasks().list(request.setId(scope("")).build()));
      page.getTasksList().forEach(t -> walked.add(t.getId().getName() + t.getId().getVersion()));
      request.setToken(page.getToken());
    } while (!request.getToken().isEmpty());

    assertThat(walked)
        .containsExactly("bv4", "bv3", "bv2", "bv1", "bv0", "av4", "av3", "av2", "av1", "av0");
    assertThat(versions(ResourceListRequest.newBuilder().setLimit(2).setId(scope("a"))))
        .containsExactly("v4", "v3");
    assertThat(
            versions(
                ResourceListRequest.newBuilder()
                    .setLimit(9)
                    .setId(scope("a"))
                    .setFilters("eq(version,v2)")))
        .containsExactly("v2");
  }

  @Test
  void a_list_without_id_project_domain_or_limit_is_refused() {
    assertThat(listRefusal(ResourceListRequest.newBuilder().setLimit(1))).isEqualTo("missing id");
    assertThat(listRefusal(ResourceListRequest.newBuilder().setId(scope(""))))
        .isEqualTo("invalid value for limit");
    assertThat(
            listRefusal(
                ResourceListRequest.newBuilder()
                    .setLimit(1)
                    .setId(scope("").toBuilder().clearDomain())))
        .isEqualTo("missing domain");
    assertThat(
            listRefusal(
                ResourceListRequest.newBuilder().setLimit(1).setId(scope("")).setToken("abc")))
        .isEqualTo("invalid pagination token abc for ListTasks");
  }

  private Identifier task(String name, String version) {
    return id(ResourceType.TASK, inventory.project(), name, version);
  }

  private NamedEntityIdentifier scope(String name) {
    return NamedEntityIdentifier.newBuilder()
        .setProject(inventory.project())
        .setDomain("development")
        .setName(name)
        .build();
  }

  private Stream<Task> list(ResourceListRequest.Builder request) {
    var whole = request.hasId() ? request : request.setId(scope(""));
    return inventory.call(r -> r.tasks().list(whole.build())).getTasksList().stream();
  }

  private Stream<String> versions(ResourceListRequest.Builder request) {
    return list(request).map(t -> t.getId().getVersion());
  }

  private String listRefusal(ResourceListRequest.Builder request) {
    return inventory.refused(r -> r.tasks().list(request.build())).rejection().message();
  }

  private String message(Identifier id) {
    return refused(id, Samples.task()).message();
  }

  private Rejection refused(Identifier id, TaskSpec spec) {
    return inventory
        .refused(
            r -> r.tasks().create(TaskCreateRequest.newBuilder().setId(id).setSpec(spec).build()))
        .rejection();
  }

  private Rejection refusedAs(Caller caller, Identifier id) {
    return inventory
        .refusedAs(
            caller,
            r ->
                r.tasks()
                    .create(
                        TaskCreateRequest.newBuilder().setId(id).setSpec(Samples.task()).build()))
        .rejection();
  }

  private static TaskSpec changed(UnaryOperator<TaskTemplate.Builder> change) {
    return Samples.task().toBuilder()
        .setTemplate(change.apply(Samples.task().getTemplate().toBuilder()))
        .build();
  }

  private static TaskSpec requests(String request, String limit) {
    return changed(
        t -> {
          t.getContainerBuilder()
              .getResourcesBuilder()
              .addRequests(
                  ResourceEntry.newBuilder().setName(ResourceName.MEMORY).setValue(request))
              .addLimits(ResourceEntry.newBuilder().setName(ResourceName.MEMORY).setValue(limit));
          return t;
        });
  }
}
