package dev.harrier.admin.attributes;

import static dev.harrier.admin.Inventory.STRANGER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.admin.Inventory;
import dev.harrier.database.Database;
import dev.harrier.database.TestDatabase;
import dev.harrier.spi.Rejection;
import flyteidl.admin.MatchableResourceOuterClass.ListMatchableAttributesRequest;
import flyteidl.admin.MatchableResourceOuterClass.MatchingAttributes;
import flyteidl.admin.MatchableResourceOuterClass.TaskResourceAttributes;
import flyteidl.admin.ProjectDomainAttributesOuterClass.ProjectDomainAttributes;
import flyteidl.admin.ProjectDomainAttributesOuterClass.ProjectDomainAttributesGetRequest;
import flyteidl.admin.ProjectDomainAttributesOuterClass.ProjectDomainAttributesUpdateRequest;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(TestDatabase.class)
final class AttributesRpcTest {
  private static final ProjectDomainAttributesGetRequest GET =
      ProjectDomainAttributesGetRequest.newBuilder()
          .setProject("flytesnacks")
          .setDomain("development")
          .build();

  private static final ProjectDomainAttributesUpdateRequest UPDATE =
      ProjectDomainAttributesUpdateRequest.newBuilder()
          .setAttributes(
              ProjectDomainAttributes.newBuilder()
                  .setProject("flytesnacks")
                  .setDomain("development")
                  .setMatchingAttributes(
                      MatchingAttributes.newBuilder()
                          .setTaskResourceAttributes(TaskResourceAttributes.getDefaultInstance())))
          .build();

  private final Inventory inventory;

  AttributesRpcTest(Database database) {
    inventory = Inventory.in(database, "attributes-" + UUID.randomUUID());
  }

  @Test
  void nothing_is_set_and_nothing_is_kept_without_effect() {
    var get = inventory.refused(r -> r.attributes().get(GET)).rejection();
    var update = inventory.refused(r -> r.attributes().update(UPDATE)).rejection();
    var list =
        inventory.call(
            r -> r.attributes().list(ListMatchableAttributesRequest.getDefaultInstance()));

    assertThat(get.code()).isEqualTo(Rejection.Code.NOT_FOUND);
    assertThat(update.code()).isEqualTo(Rejection.Code.UNIMPLEMENTED);
    assertThat(update.message()).contains("TASK_RESOURCE");
    assertThat(list.getConfigurationsList()).isEmpty();
  }

  @Test
  void a_stranger_is_told_nothing() {
    assertThat(inventory.refusedAs(STRANGER, r -> r.attributes().get(GET)).rejection().code())
        .isEqualTo(Rejection.Code.PERMISSION_DENIED);
    assertThat(inventory.refusedAs(STRANGER, r -> r.attributes().update(UPDATE)).rejection().code())
        .isEqualTo(Rejection.Code.PERMISSION_DENIED);
  }
}
