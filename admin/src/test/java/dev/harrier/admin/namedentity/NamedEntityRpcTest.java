package dev.harrier.admin.namedentity;

import static dev.harrier.admin.Inventory.STRANGER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.admin.Inventory;
import dev.harrier.admin.Samples;
import dev.harrier.database.Database;
import dev.harrier.database.TestDatabase;
import dev.harrier.spi.Rejection;
import flyteidl.admin.Common.NamedEntityGetRequest;
import flyteidl.admin.Common.NamedEntityIdentifier;
import flyteidl.admin.Common.NamedEntityIdentifierListRequest;
import flyteidl.admin.Common.NamedEntityListRequest;
import flyteidl.admin.Common.NamedEntityMetadata;
import flyteidl.admin.Common.NamedEntityState;
import flyteidl.admin.Common.NamedEntityUpdateRequest;
import flyteidl.admin.DescriptionEntityOuterClass.Description;
import flyteidl.admin.DescriptionEntityOuterClass.DescriptionEntity;
import flyteidl.admin.DescriptionEntityOuterClass.DescriptionEntityListRequest;
import flyteidl.admin.DescriptionEntityOuterClass.SourceCode;
import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.IdentifierOuterClass.ResourceType;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(TestDatabase.class)
final class NamedEntityRpcTest {
  private final Inventory inventory;

  NamedEntityRpcTest(Database database) {
    inventory = Inventory.in(database, "names-" + UUID.randomUUID());
  }

  @BeforeEach
  void threeTasksInTwoVersionsAreRegistered() {
    for (var name : new String[] {".flytegen.t", "a", "b"}) {
      inventory.create(task(name, "v1"), Samples.task());
      inventory.create(task(name, "v2"), Samples.task());
    }
  }

  @Test
  void a_name_is_listed_once_and_generated_ones_only_on_request() {
    assertThat(list(request())).containsExactly("a", "b");
    assertThat(list(request().setFilters("contains(name,t)"))).containsExactly(".flytegen.t");
    assertThat(list(request().setResourceType(ResourceType.WORKFLOW))).isEmpty();
    assertThat(ids(10, "")).containsExactly(".flytegen.t", "a", "b");
  }

  @Test
  void a_page_is_full_even_if_filters_leave_rows_out() {
    var page = inventory.call(r -> r.names().list(request().setLimit(1).build()));

    assertThat(page.getEntitiesList())
        .extracting(entity -> entity.getId().getName())
        .containsExactly("a");
    assertThat(list(request().setLimit(1).setToken(page.getToken()))).containsExactly("b");
  }

  @Test
  void names_are_walked_page_by_page() {
    var walked = new ArrayList<String>();
    var request = idsRequest().setLimit(1);
    do {
      var page = inventory.call(r -> r.names().listTaskIds(request.build()));
      page.getEntitiesList().forEach(id -> walked.add(id.getName()));
      request.setToken(page.getToken());
    } while (!request.getToken().isEmpty());

    assertThat(walked).containsExactly(".flytegen.t", "a", "b");
  }

  @Test
  void a_description_and_a_state_are_kept_and_filtered_by() {
    update("a", "what a does", NamedEntityState.NAMED_ENTITY_ARCHIVED);

    var read =
        inventory.call(
            r ->
                r.names()
                    .get(
                        NamedEntityGetRequest.newBuilder()
                            .setResourceType(ResourceType.TASK)
                            .setId(name("a"))
                            .build()));

    assertThat(read.getMetadata().getDescription()).isEqualTo("what a does");
    assertThat(read.getMetadata().getState()).isEqualTo(NamedEntityState.NAMED_ENTITY_ARCHIVED);
    assertThat(list(request())).containsExactly("a", "b");
    assertThat(list(request().setFilters("eq(state,1)"))).containsExactly("a");
    assertThat(list(request().setFilters("eq(named_entity_metadata.state,0)+ne(name,b)")))
        .containsExactly(".flytegen.t");
  }

  @Test
  void a_name_that_was_never_registered_is_not_found_and_none_is_hidden_from_strangers() {
    var unknown =
        NamedEntityGetRequest.newBuilder()
            .setResourceType(ResourceType.TASK)
            .setId(name("zz"))
            .build();

    var notFound = inventory.refused(r -> r.names().get(unknown)).rejection();
    var hidden = inventory.refusedAs(STRANGER, r -> r.names().get(unknown)).rejection();
    var list = inventory.refusedAs(STRANGER, r -> r.names().list(request().build())).rejection();

    assertThat(notFound.code()).isEqualTo(Rejection.Code.NOT_FOUND);
    assertThat(notFound.message()).isEqualTo("entry not found");
    assertThat(hidden.code()).isEqualTo(Rejection.Code.PERMISSION_DENIED);
    assertThat(list.code()).isEqualTo(Rejection.Code.PERMISSION_DENIED);
  }

  @Test
  void a_request_without_a_kind_or_metadata_is_refused() {
    assertThat(
            inventory
                .refused(r -> r.names().list(request().clearResourceType().build()))
                .rejection()
                .message())
        .startsWith("invalid value for resource type");
    assertThat(
            inventory
                .refused(
                    r ->
                        r.names()
                            .update(
                                NamedEntityUpdateRequest.newBuilder()
                                    .setResourceType(ResourceType.TASK)
                                    .setId(name("a"))
                                    .build()))
                .rejection()
                .message())
        .isEqualTo("missing metadata");
  }

  @Test
  void the_description_of_a_version_is_kept_with_it() {
    var id = task("described", "v1");
    var description =
        DescriptionEntity.newBuilder()
            .setShortDescription("short")
            .setLongDescription(Description.newBuilder().setValue("long"))
            .setSourceCode(SourceCode.newBuilder().setLink("https://example.com"))
            .build();

    inventory.create(id, Samples.task().toBuilder().setDescription(description).build());

    var expected = description.toBuilder().setId(id).build();
    var read = inventory.call(r -> r.descriptions().get(Inventory.get(id)));
    assertThat(read).isEqualTo(expected);
    assertThat(
            inventory
                .call(
                    r ->
                        r.descriptions()
                            .list(
                                DescriptionEntityListRequest.newBuilder()
                                    .setResourceType(ResourceType.TASK)
                                    .setId(name("described"))
                                    .setLimit(5)
                                    .setFilters("eq(version,v1)")
                                    .build()))
                .getDescriptionEntitiesList())
        .containsExactly(expected);
    assertThat(inventory.refused(r -> r.descriptions().get(Inventory.get(task("a", "v1")))))
        .hasMessage("entry not found");
  }

  private Identifier task(String name, String version) {
    return Samples.id(ResourceType.TASK, inventory.project(), name, version);
  }

  private NamedEntityIdentifier name(String name) {
    return NamedEntityIdentifier.newBuilder()
        .setProject(inventory.project())
        .setDomain("development")
        .setName(name)
        .build();
  }

  private NamedEntityListRequest.Builder request() {
    return NamedEntityListRequest.newBuilder()
        .setResourceType(ResourceType.TASK)
        .setProject(inventory.project())
        .setDomain("development")
        .setLimit(10);
  }

  private NamedEntityIdentifierListRequest.Builder idsRequest() {
    return NamedEntityIdentifierListRequest.newBuilder()
        .setProject(inventory.project())
        .setDomain("development");
  }

  private List<String> list(NamedEntityListRequest.Builder request) {
    return inventory.call(r -> r.names().list(request.build())).getEntitiesList().stream()
        .map(entity -> entity.getId().getName())
        .toList();
  }

  private List<String> ids(int limit, String token) {
    return inventory
        .call(r -> r.names().listTaskIds(idsRequest().setLimit(limit).setToken(token).build()))
        .getEntitiesList()
        .stream()
        .map(NamedEntityIdentifier::getName)
        .toList();
  }

  private void update(String name, String description, NamedEntityState state) {
    inventory.call(
        r ->
            r.names()
                .update(
                    NamedEntityUpdateRequest.newBuilder()
                        .setResourceType(ResourceType.TASK)
                        .setId(name(name))
                        .setMetadata(
                            NamedEntityMetadata.newBuilder()
                                .setDescription(description)
                                .setState(state))
                        .build()));
  }
}
