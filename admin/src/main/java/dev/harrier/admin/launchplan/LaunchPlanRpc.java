package dev.harrier.admin.launchplan;

import static java.util.Objects.requireNonNull;

import dev.harrier.admin.query.ListRequest;
import dev.harrier.admin.query.Page;
import dev.harrier.security.Caller;
import dev.harrier.spi.Rejection;
import flyteidl.admin.Common.ObjectGetRequest;
import flyteidl.admin.Common.ResourceListRequest;
import flyteidl.admin.LaunchPlanOuterClass.ActiveLaunchPlanListRequest;
import flyteidl.admin.LaunchPlanOuterClass.ActiveLaunchPlanRequest;
import flyteidl.admin.LaunchPlanOuterClass.LaunchPlan;
import flyteidl.admin.LaunchPlanOuterClass.LaunchPlanCreateRequest;
import flyteidl.admin.LaunchPlanOuterClass.LaunchPlanCreateResponse;
import flyteidl.admin.LaunchPlanOuterClass.LaunchPlanList;
import flyteidl.admin.LaunchPlanOuterClass.LaunchPlanUpdateRequest;
import flyteidl.admin.LaunchPlanOuterClass.LaunchPlanUpdateResponse;

/** The calls about launch plans, between the protocol and the use cases. */
public final class LaunchPlanRpc {
  private final RegisterLaunchPlan register;
  private final ActivateLaunchPlan activate;
  private final LaunchPlanQueries queries;

  public LaunchPlanRpc(
      RegisterLaunchPlan register, ActivateLaunchPlan activate, LaunchPlanQueries queries) {
    this.register = requireNonNull(register, "register");
    this.activate = requireNonNull(activate, "activate");
    this.queries = requireNonNull(queries, "queries");
  }

  /** CreateLaunchPlan. */
  public LaunchPlanCreateResponse create(LaunchPlanCreateRequest request) {
    register.register(Caller.current(), request.getId(), request.getSpec());
    return LaunchPlanCreateResponse.getDefaultInstance();
  }

  /** UpdateLaunchPlan. */
  public LaunchPlanUpdateResponse update(LaunchPlanUpdateRequest request) {
    switch (request.getState()) {
      case ACTIVE -> activate.activate(Caller.current(), request.getId());
      case INACTIVE -> activate.deactivate(Caller.current(), request.getId());
      case UNRECOGNIZED ->
          throw Rejection.invalid(
              "Unrecognized launch plan state %d: expected 0 (inactive) or 1 (active)",
              request.getStateValue());
    }
    return LaunchPlanUpdateResponse.getDefaultInstance();
  }

  /** GetLaunchPlan. */
  public LaunchPlan get(ObjectGetRequest request) {
    return queries.get(Caller.current(), request.getId());
  }

  /** GetActiveLaunchPlan. */
  public LaunchPlan getActive(ActiveLaunchPlanRequest request) {
    return queries.getActive(Caller.current(), request.getId());
  }

  /** ListLaunchPlans. */
  public LaunchPlanList list(ResourceListRequest request) {
    return list(
        queries.list(
            Caller.current(),
            request.getId(),
            ListRequest.of(
                "ListLaunchPlans",
                request.getLimit(),
                request.getToken(),
                request.getFilters(),
                request.hasSortBy(),
                request.getSortBy())));
  }

  /** ListActiveLaunchPlans. */
  public LaunchPlanList listActive(ActiveLaunchPlanListRequest request) {
    return list(
        queries.listActive(
            Caller.current(),
            request.getProject(),
            request.getDomain(),
            ListRequest.of(
                "ListActiveLaunchPlans",
                request.getLimit(),
                request.getToken(),
                "",
                request.hasSortBy(),
                request.getSortBy())));
  }

  private static LaunchPlanList list(Page<LaunchPlan> page) {
    return LaunchPlanList.newBuilder()
        .addAllLaunchPlans(page.rows())
        .setToken(page.token())
        .build();
  }
}
