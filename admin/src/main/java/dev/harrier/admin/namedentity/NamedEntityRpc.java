package dev.harrier.admin.namedentity;

import static java.util.Objects.requireNonNull;

import dev.harrier.admin.inventory.Required;
import dev.harrier.admin.query.ListRequest;
import dev.harrier.security.Caller;
import flyteidl.admin.Common.NamedEntity;
import flyteidl.admin.Common.NamedEntityGetRequest;
import flyteidl.admin.Common.NamedEntityIdentifierList;
import flyteidl.admin.Common.NamedEntityIdentifierListRequest;
import flyteidl.admin.Common.NamedEntityList;
import flyteidl.admin.Common.NamedEntityListRequest;
import flyteidl.admin.Common.NamedEntityUpdateRequest;
import flyteidl.admin.Common.NamedEntityUpdateResponse;
import flyteidl.core.IdentifierOuterClass.ResourceType;

/** The calls about names, between the protocol and the use cases. */
public final class NamedEntityRpc {
  private final NamedEntities entities;

  public NamedEntityRpc(NamedEntities entities) {
    this.entities = requireNonNull(entities, "entities");
  }

  /** GetNamedEntity. */
  public NamedEntity get(NamedEntityGetRequest request) {
    return entities.get(Caller.current(), request.getResourceType(), request.getId());
  }

  /** UpdateNamedEntity. */
  public NamedEntityUpdateResponse update(NamedEntityUpdateRequest request) {
    Required.present(request.hasMetadata(), "metadata");
    entities.update(
        Caller.current(), request.getResourceType(), request.getId(), request.getMetadata());
    return NamedEntityUpdateResponse.getDefaultInstance();
  }

  /** ListNamedEntities. */
  public NamedEntityList list(NamedEntityListRequest request) {
    var page =
        entities.list(
            Caller.current(),
            request.getResourceType(),
            request.getProject(),
            request.getDomain(),
            ListRequest.of(
                "ListNamedEntities",
                request.getLimit(),
                request.getToken(),
                request.getFilters(),
                request.hasSortBy(),
                request.getSortBy()));
    return NamedEntityList.newBuilder().addAllEntities(page.rows()).setToken(page.token()).build();
  }

  /** ListTaskIds. */
  public NamedEntityIdentifierList listTaskIds(NamedEntityIdentifierListRequest request) {
    return listIds("ListUniqueTaskIdentifiers", ResourceType.TASK, request);
  }

  /** ListWorkflowIds. */
  public NamedEntityIdentifierList listWorkflowIds(NamedEntityIdentifierListRequest request) {
    return listIds("ListWorkflowIdentifiers", ResourceType.WORKFLOW, request);
  }

  /** ListLaunchPlanIds. */
  public NamedEntityIdentifierList listLaunchPlanIds(NamedEntityIdentifierListRequest request) {
    return listIds("ListLaunchPlanIdentifiers", ResourceType.LAUNCH_PLAN, request);
  }

  private NamedEntityIdentifierList listIds(
      String rpc, ResourceType kind, NamedEntityIdentifierListRequest request) {
    var page =
        entities.listIds(
            Caller.current(),
            kind,
            request.getProject(),
            request.getDomain(),
            ListRequest.of(
                rpc,
                request.getLimit(),
                request.getToken(),
                request.getFilters(),
                request.hasSortBy(),
                request.getSortBy()));
    return NamedEntityIdentifierList.newBuilder()
        .addAllEntities(page.rows())
        .setToken(page.token())
        .build();
  }
}
