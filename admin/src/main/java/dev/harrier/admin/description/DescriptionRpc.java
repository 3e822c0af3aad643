package dev.harrier.admin.description;

import static java.util.Objects.requireNonNull;

import dev.harrier.admin.query.ListRequest;
import dev.harrier.security.Caller;
import flyteidl.admin.Common.ObjectGetRequest;
import flyteidl.admin.DescriptionEntityOuterClass.DescriptionEntity;
import flyteidl.admin.DescriptionEntityOuterClass.DescriptionEntityList;
import flyteidl.admin.DescriptionEntityOuterClass.DescriptionEntityListRequest;

/** The calls about descriptions, between the protocol and the use cases. */
public final class DescriptionRpc {
  private final Descriptions descriptions;

  public DescriptionRpc(Descriptions descriptions) {
    this.descriptions = requireNonNull(descriptions, "descriptions");
  }

  /** GetDescriptionEntity. */
  public DescriptionEntity get(ObjectGetRequest request) {
    return descriptions.get(Caller.current(), request.getId());
  }

  /** ListDescriptionEntities. */
  public DescriptionEntityList list(DescriptionEntityListRequest request) {
    var page =
        descriptions.list(
            Caller.current(),
            request.getResourceType(),
            request.getId(),
            ListRequest.of(
                "ListDescriptionEntities",
                request.getLimit(),
                request.getToken(),
                request.getFilters(),
                request.hasSortBy(),
                request.getSortBy()));
    return DescriptionEntityList.newBuilder()
        .addAllDescriptionEntities(page.rows())
        .setToken(page.token())
        .build();
  }
}
