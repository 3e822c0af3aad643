package dev.harrier.admin.attributes;

import static java.util.Objects.requireNonNull;

import dev.harrier.admin.inventory.Identifiers;
import dev.harrier.admin.inventory.Required;
import dev.harrier.security.Access;
import dev.harrier.security.Caller;
import dev.harrier.security.Permission;
import dev.harrier.security.Scope;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import flyteidl.admin.MatchableResourceOuterClass.ListMatchableAttributesRequest;
import flyteidl.admin.MatchableResourceOuterClass.ListMatchableAttributesResponse;
import flyteidl.admin.MatchableResourceOuterClass.MatchableResource;
import flyteidl.admin.MatchableResourceOuterClass.MatchingAttributes;
import flyteidl.admin.ProjectAttributesOuterClass.ProjectAttributesDeleteRequest;
import flyteidl.admin.ProjectAttributesOuterClass.ProjectAttributesDeleteResponse;
import flyteidl.admin.ProjectAttributesOuterClass.ProjectAttributesGetRequest;
import flyteidl.admin.ProjectAttributesOuterClass.ProjectAttributesGetResponse;
import flyteidl.admin.ProjectAttributesOuterClass.ProjectAttributesUpdateRequest;
import flyteidl.admin.ProjectAttributesOuterClass.ProjectAttributesUpdateResponse;
import flyteidl.admin.ProjectDomainAttributesOuterClass.ProjectDomainAttributesDeleteRequest;
import flyteidl.admin.ProjectDomainAttributesOuterClass.ProjectDomainAttributesDeleteResponse;
import flyteidl.admin.ProjectDomainAttributesOuterClass.ProjectDomainAttributesGetRequest;
import flyteidl.admin.ProjectDomainAttributesOuterClass.ProjectDomainAttributesGetResponse;
import flyteidl.admin.ProjectDomainAttributesOuterClass.ProjectDomainAttributesUpdateRequest;
import flyteidl.admin.ProjectDomainAttributesOuterClass.ProjectDomainAttributesUpdateResponse;
import flyteidl.admin.WorkflowAttributesOuterClass.WorkflowAttributesDeleteRequest;
import flyteidl.admin.WorkflowAttributesOuterClass.WorkflowAttributesDeleteResponse;
import flyteidl.admin.WorkflowAttributesOuterClass.WorkflowAttributesGetRequest;
import flyteidl.admin.WorkflowAttributesOuterClass.WorkflowAttributesGetResponse;
import flyteidl.admin.WorkflowAttributesOuterClass.WorkflowAttributesUpdateRequest;
import flyteidl.admin.WorkflowAttributesOuterClass.WorkflowAttributesUpdateResponse;

/**
 * The calls about attributes. No part of Harrier acts on them yet, so none can be set: reading
 * finds nothing, and writing is refused with a sentence rather than kept without effect.
 */
public final class AttributesRpc {
  private final Access access;

  public AttributesRpc(Access access) {
    this.access = requireNonNull(access, "access");
  }

  /** UpdateProjectDomainAttributes. */
  public ProjectDomainAttributesUpdateResponse update(
      ProjectDomainAttributesUpdateRequest request) {
    var attributes = request.getAttributes();
    Identifiers.checkScope(attributes.getProject(), attributes.getDomain());
    throw refused(
        kind(attributes.getMatchingAttributes()),
        Scope.of(attributes.getProject(), attributes.getDomain()));
  }

  /** GetProjectDomainAttributes. */
  public ProjectDomainAttributesGetResponse get(ProjectDomainAttributesGetRequest request) {
    Identifiers.checkScope(request.getProject(), request.getDomain());
    throw missing(request.getResourceType(), Scope.of(request.getProject(), request.getDomain()));
  }

  /** DeleteProjectDomainAttributes. */
  public ProjectDomainAttributesDeleteResponse delete(
      ProjectDomainAttributesDeleteRequest request) {
    Identifiers.checkScope(request.getProject(), request.getDomain());
    throw refused(request.getResourceType(), Scope.of(request.getProject(), request.getDomain()));
  }

  /** UpdateProjectAttributes. */
  public ProjectAttributesUpdateResponse update(ProjectAttributesUpdateRequest request) {
    var attributes = request.getAttributes();
    Required.text(attributes.getProject(), "project");
    throw refused(kind(attributes.getMatchingAttributes()), Scope.of(attributes.getProject()));
  }

  /** GetProjectAttributes. */
  public ProjectAttributesGetResponse get(ProjectAttributesGetRequest request) {
    Required.text(request.getProject(), "project");
    throw missing(request.getResourceType(), Scope.of(request.getProject()));
  }

  /** DeleteProjectAttributes. */
  public ProjectAttributesDeleteResponse delete(ProjectAttributesDeleteRequest request) {
    Required.text(request.getProject(), "project");
    throw refused(request.getResourceType(), Scope.of(request.getProject()));
  }

  /** UpdateWorkflowAttributes. */
  public WorkflowAttributesUpdateResponse update(WorkflowAttributesUpdateRequest request) {
    var attributes = request.getAttributes();
    Identifiers.checkScope(attributes.getProject(), attributes.getDomain());
    throw refused(
        kind(attributes.getMatchingAttributes()),
        Scope.of(attributes.getProject(), attributes.getDomain()));
  }

  /** GetWorkflowAttributes. */
  public WorkflowAttributesGetResponse get(WorkflowAttributesGetRequest request) {
    Identifiers.checkScope(request.getProject(), request.getDomain());
    throw missing(request.getResourceType(), Scope.of(request.getProject(), request.getDomain()));
  }

  /** DeleteWorkflowAttributes. */
  public WorkflowAttributesDeleteResponse delete(WorkflowAttributesDeleteRequest request) {
    Identifiers.checkScope(request.getProject(), request.getDomain());
    throw refused(request.getResourceType(), Scope.of(request.getProject(), request.getDomain()));
  }

  /** ListMatchableAttributes. */
  public ListMatchableAttributesResponse list(ListMatchableAttributesRequest request) {
    if (request.getResourceType() == MatchableResource.UNRECOGNIZED) {
      throw Rejection.invalid("invalid value for resource type");
    }
    // The list is empty for everybody; it still wants somebody who is known.
    access.visible(Caller.current(), Permission.ATTRIBUTES_READ);
    return ListMatchableAttributesResponse.getDefaultInstance();
  }

  private RejectedException missing(MatchableResource kind, Scope scope) {
    access.require(Caller.current(), Permission.ATTRIBUTES_READ, scope);
    return Rejection.notFound("No attributes of the kind %s are set on %s.", kind, scope);
  }

  private RejectedException refused(MatchableResource kind, Scope scope) {
    access.require(Caller.current(), permission(kind), scope);
    return Rejection.unimplemented(
        "Harrier does not act on attributes of the kind %s yet, so it keeps none.", kind);
  }

  private static MatchableResource kind(MatchingAttributes attributes) {
    return switch (attributes.getTargetCase()) {
      case TASK_RESOURCE_ATTRIBUTES -> MatchableResource.TASK_RESOURCE;
      case CLUSTER_RESOURCE_ATTRIBUTES -> MatchableResource.CLUSTER_RESOURCE;
      case EXECUTION_QUEUE_ATTRIBUTES -> MatchableResource.EXECUTION_QUEUE;
      case EXECUTION_CLUSTER_LABEL -> MatchableResource.EXECUTION_CLUSTER_LABEL;
      case QUALITY_OF_SERVICE -> MatchableResource.QUALITY_OF_SERVICE_SPECIFICATION;
      case PLUGIN_OVERRIDES -> MatchableResource.PLUGIN_OVERRIDE;
      case WORKFLOW_EXECUTION_CONFIG -> MatchableResource.WORKFLOW_EXECUTION_CONFIG;
      case CLUSTER_ASSIGNMENT -> MatchableResource.CLUSTER_ASSIGNMENT;
      case TARGET_NOT_SET -> throw Rejection.invalid("missing matching_attributes");
    };
  }

  private static Permission permission(MatchableResource kind) {
    return switch (kind) {
      case TASK_RESOURCE, WORKFLOW_EXECUTION_CONFIG, PLUGIN_OVERRIDE ->
          Permission.ATTRIBUTES_WRITE_EXECUTION;
      case CLUSTER_RESOURCE, EXECUTION_CLUSTER_LABEL, CLUSTER_ASSIGNMENT ->
          Permission.ATTRIBUTES_WRITE_CLUSTER;
      case EXECUTION_QUEUE, QUALITY_OF_SERVICE_SPECIFICATION -> Permission.ATTRIBUTES_WRITE_UNUSED;
      case UNRECOGNIZED -> throw Rejection.invalid("invalid value for resource type");
    };
  }
}
