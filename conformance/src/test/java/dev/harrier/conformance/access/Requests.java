package dev.harrier.conformance.access;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import dev.harrier.conformance.access.AccessWorld.World;
import dev.harrier.idl.access.v1.ListBindingsRequest;
import dev.harrier.idl.access.v1.PutPolicyRequest;
import dev.harrier.idl.access.v1.SimulatePolicyRequest;
import dev.harrier.security.Permission;
import dev.harrier.security.policy.PolicyText;
import flyteidl.admin.ClusterAssignmentOuterClass.ClusterAssignment;
import flyteidl.admin.Common.NamedEntityUpdateRequest;
import flyteidl.admin.Common.ObjectGetRequest;
import flyteidl.admin.ExecutionOuterClass.ExecutionCreateRequest;
import flyteidl.admin.LaunchPlanOuterClass.LaunchPlanCreateRequest;
import flyteidl.admin.LaunchPlanOuterClass.LaunchPlanState;
import flyteidl.admin.LaunchPlanOuterClass.LaunchPlanUpdateRequest;
import flyteidl.admin.MatchableResourceOuterClass.ExecutionQueueAttributes;
import flyteidl.admin.MatchableResourceOuterClass.MatchableResource;
import flyteidl.admin.MatchableResourceOuterClass.MatchingAttributes;
import flyteidl.admin.MatchableResourceOuterClass.TaskResourceAttributes;
import flyteidl.admin.ProjectOuterClass.Project;
import flyteidl.admin.ProjectOuterClass.ProjectGetRequest;
import flyteidl.admin.ProjectOuterClass.ProjectRegisterRequest;
import flyteidl.admin.TaskOuterClass.TaskCreateRequest;
import flyteidl.admin.WorkflowOuterClass.WorkflowCreateRequest;
import flyteidl.core.IdentifierOuterClass.ResourceType;
import flyteidl.service.Dataproxy.ArtifactType;
import flyteidl.service.Dataproxy.CreateUploadLocationRequest;
import io.grpc.MethodDescriptor;

/** Requests that are whole, so that a refusal is about the caller. */
final class Requests {
  private static final int DEPTH_MAX = 6;
  private static final int MD5_BYTES = 16;

  private final Place place;
  private final String blobs;

  /**
   * @param place that they name
   * @param blobs how the addresses of blobs begin
   */
  Requests(Place place, String blobs) {
    this.place = place;
    this.blobs = blobs;
  }

  /**
   * A request of a method.
   *
   * @param kind of attributes, for methods about these; else empty
   */
  Message of(MethodDescriptor<?, ?> method, String kind) {
    var things = new Things(place);
    return switch (Rpcs.shortName(method)) {
      case "AdminService/CreateTask" ->
          TaskCreateRequest.newBuilder()
              .setId(things.id(ResourceType.TASK))
              .setSpec(things.task())
              .build();
      case "AdminService/CreateWorkflow" ->
          WorkflowCreateRequest.newBuilder()
              .setId(things.id(ResourceType.WORKFLOW))
              .setSpec(things.workflow())
              .build();
      case "AdminService/CreateLaunchPlan" ->
          LaunchPlanCreateRequest.newBuilder()
              .setId(things.id(ResourceType.LAUNCH_PLAN))
              .setSpec(things.launchPlan())
              .build();
      case "AdminService/UpdateLaunchPlan" ->
          LaunchPlanUpdateRequest.newBuilder()
              .setId(things.id(ResourceType.LAUNCH_PLAN))
              .setState(LaunchPlanState.ACTIVE)
              .build();
      case "AdminService/CreateExecution" ->
          ExecutionCreateRequest.newBuilder()
              .setProject(place.project())
              .setDomain(place.domain())
              .setName(Place.NAME)
              .setSpec(things.execution())
              .setInputs(things.inputs())
              .build();
      case "AdminService/RegisterProject" ->
          ProjectRegisterRequest.newBuilder().setProject(things.project()).build();
      case "AdminService/UpdateProject" -> things.project();
      case "AdminService/GetProject" ->
          ProjectGetRequest.newBuilder().setId(place.project()).build();
      case "AdminService/UpdateNamedEntity" -> namedEntity(method);
      case "DataProxyService/CreateUploadLocation" ->
          CreateUploadLocationRequest.newBuilder()
              .setProject(place.project())
              .setDomain(place.domain())
              .setFilename("file")
              .setContentMd5(ByteString.copyFrom(new byte[MD5_BYTES]))
              .build();
      case "AdminService/GetDescriptionEntity" ->
          ObjectGetRequest.newBuilder().setId(things.id(ResourceType.WORKFLOW)).build();
      case "AccessService/PutPolicy" -> binding();
      case "AccessService/SimulatePolicy" ->
          SimulatePolicyRequest.newBuilder().setText(World.policyText()).build();
      // Not of the domain alone: bindings are rows of a project.
      case "AccessService/ListBindings" ->
          ListBindingsRequest.newBuilder().setProject(place.project()).build();
      case "AccessService/Check", "AccessService/Why", "AccessService/WhoCan" -> asking(method);
      default -> filled(Rpcs.empty(method), kind);
    };
  }

  /** One more binding in the place, as a trial: the policy of the tests stays as it is. */
  private PutPolicyRequest binding() {
    var policy = World.policyText();
    var binding =
        "  - {name: one-more, subjects: ['sa:one-more'], role: viewer, scope: {project: %s, domain: %s}}"
            .formatted(place.project(), place.domain());
    return PutPolicyRequest.newBuilder()
        .setText(policy.replace("bindings:\n", "bindings:\n" + binding + "\n"))
        .setEtag(PolicyText.of(policy).etag())
        .setDryRun(true)
        .build();
  }

  private Message asking(MethodDescriptor<?, ?> method) {
    var request = filled(Rpcs.empty(method), "").toBuilder();
    return request
        .setField(
            request.getDescriptorForType().findFieldByName("permission"),
            Permission.POLICY_READ.word())
        .build();
  }

  private NamedEntityUpdateRequest namedEntity(MethodDescriptor<?, ?> method) {
    var request = ((NamedEntityUpdateRequest) filled(Rpcs.empty(method), "")).toBuilder();
    request.getMetadataBuilder().setDescription(place.canary("named-entity"));
    return request.build();
  }

  private Message filled(Message prototype, String kind) {
    var builder = prototype.toBuilder();
    fill(builder, kind, kindOf(prototype), 0);
    return builder.build();
  }

  private void fill(Message.Builder message, String kind, ResourceType type, int depth) {
    for (var field : message.getDescriptorForType().getFields()) {
      if (field.isRepeated()
          || (field.getContainingOneof() != null && message.hasOneof(field.getContainingOneof()))) {
        continue;
      }
      if (field.getType() == FieldDescriptor.Type.MESSAGE) {
        message(message, field, kind, type, depth);
      } else if (field.getJavaType() == JavaType.STRING) {
        message.setField(field, text(field.getName()));
      } else if (field.getName().equals("limit")) {
        message.setField(field, 100);
      } else if (field.getType() == FieldDescriptor.Type.ENUM) {
        number(message, field, kind, type);
      }
    }
  }

  private void message(
      Message.Builder message, FieldDescriptor field, String kind, ResourceType type, int depth) {
    switch (field.getMessageType().getFullName()) {
      case "flyteidl.admin.MatchingAttributes" -> message.setField(field, attributes(kind));
      case "flyteidl.core.Identifier" ->
          fill(message.getFieldBuilder(field), kind, inTaskExecution(field, type), depth + 1);
      default -> {
        if (depth < DEPTH_MAX
            && !field.getMessageType().getFullName().startsWith("google.")
            && !field.getMessageType().getName().equals("Sort")) {
          fill(message.getFieldBuilder(field), kind, type, depth + 1);
        }
      }
    }
  }

  private static ResourceType inTaskExecution(FieldDescriptor field, ResourceType type) {
    return field.getName().equals("task_id") ? ResourceType.TASK : type;
  }

  private static void number(
      Message.Builder message, FieldDescriptor field, String kind, ResourceType type) {
    if (field.getEnumType().getName().equals("ResourceType")) {
      message.setField(field, type.getValueDescriptor());
    } else if (field.getEnumType().getName().equals("ArtifactType")) {
      message.setField(field, ArtifactType.ARTIFACT_TYPE_DECK.getValueDescriptor());
    } else if (field.getEnumType().getName().equals("MatchableResource")) {
      message.setField(field, matchable(kind).getValueDescriptor());
    }
  }

  private String text(String field) {
    return switch (field) {
      case "project" -> place.project();
      case "domain" -> place.domain();
      case "name", "workflow" -> Place.NAME;
      case "version" -> Place.VERSION;
      case "node_id" -> "n0";
      case "signal_id" -> "s1";
      case "native_url" ->
          "%s/metadata/%s/%s/%s/n0/data/0/outputs.pb"
              .formatted(blobs, place.project(), place.domain(), Place.NAME);
      case "flyte_url" ->
          "flyte://v1/%s/%s/%s/n0/i".formatted(place.project(), place.domain(), Place.NAME);
      default -> "";
    };
  }

  // Methods about one kind of thing say so in the names of their messages or get it here.
  private static ResourceType kindOf(Message prototype) {
    var name = prototype.getDescriptorForType().getName();
    if (name.contains("LaunchPlan")) {
      return ResourceType.LAUNCH_PLAN;
    }
    // UNSPECIFIED is taken for the kind that the method is about.
    return name.startsWith("Description") || name.startsWith("NamedEntity")
        ? ResourceType.WORKFLOW
        : ResourceType.UNSPECIFIED;
  }

  private static MatchableResource matchable(String kind) {
    return switch (kind) {
      case "cluster" -> MatchableResource.CLUSTER_ASSIGNMENT;
      case "unused" -> MatchableResource.EXECUTION_QUEUE;
      default -> MatchableResource.TASK_RESOURCE;
    };
  }

  private static MatchingAttributes attributes(String kind) {
    var attributes = MatchingAttributes.newBuilder();
    switch (kind) {
      case "cluster" -> attributes.setClusterAssignment(ClusterAssignment.getDefaultInstance());
      case "unused" ->
          attributes.setExecutionQueueAttributes(ExecutionQueueAttributes.getDefaultInstance());
      default -> attributes.setTaskResourceAttributes(TaskResourceAttributes.getDefaultInstance());
    }
    return attributes.build();
  }

  /** The project of the place, as it was registered. */
  Project project() {
    return new Things(place).project();
  }
}
