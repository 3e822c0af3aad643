package dev.harrier.conformance.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.util.JsonFormat;
import dev.harrier.conformance.access.AccessWorld.World;
import dev.harrier.conformance.access.GrpcCalls.Answer;
import flyteidl.admin.ExecutionOuterClass.ExecutionCreateRequest;
import flyteidl.admin.ExecutionOuterClass.ExecutionSpec;
import flyteidl.admin.LaunchPlanOuterClass.LaunchPlanCreateRequest;
import flyteidl.admin.LaunchPlanOuterClass.LaunchPlanSpec;
import flyteidl.admin.TaskOuterClass.TaskCreateRequest;
import flyteidl.admin.WorkflowOuterClass.WorkflowCreateRequest;
import flyteidl.core.IdentifierOuterClass.WorkflowExecutionIdentifier;
import flyteidl.core.Tasks.TaskTemplate;
import io.grpc.Status;
import java.util.UUID;
import java.util.function.Consumer;

/** Things that callers submit in their own place, each with something about it changed. */
final class Submitted {
  private Submitted() {}

  static WorkflowExecutionIdentifier execution(Place place) {
    return WorkflowExecutionIdentifier.newBuilder()
        .setProject(place.project())
        .setDomain(place.domain())
        .setName(Place.NAME)
        .build();
  }

  static String name() {
    return "f" + UUID.randomUUID().toString().substring(0, 8);
  }

  static Answer start(World world, String caller, Consumer<ExecutionSpec.Builder> change) {
    return start(world, caller, name(), change);
  }

  static Answer start(
      World world, String caller, String name, Consumer<ExecutionSpec.Builder> change) {
    var request = (ExecutionCreateRequest) request(world, "AdminService/CreateExecution");
    var changed = request.toBuilder().setName(name);
    change.accept(changed.getSpecBuilder());
    return world.as(caller).call(Rpcs.of("AdminService/CreateExecution"), changed.build());
  }

  static Answer plan(World world, String caller, Consumer<LaunchPlanSpec.Builder> change) {
    var request = (LaunchPlanCreateRequest) request(world, "AdminService/CreateLaunchPlan");
    var changed = request.toBuilder();
    changed.getIdBuilder().setVersion(name());
    change.accept(changed.getSpecBuilder());
    return world.as(caller).call(Rpcs.of("AdminService/CreateLaunchPlan"), changed.build());
  }

  static Answer task(World world, String caller, Consumer<TaskTemplate.Builder> change) {
    var request = (TaskCreateRequest) request(world, "AdminService/CreateTask");
    var changed = request.toBuilder();
    changed.getIdBuilder().setVersion(name());
    change.accept(changed.getSpecBuilder().getTemplateBuilder());
    return world.as(caller).call(Rpcs.of("AdminService/CreateTask"), changed.build());
  }

  static Answer pod(World world, String caller, String pod) {
    return task(world, caller, task -> task.getK8SPodBuilder().setPodSpec(struct(pod)));
  }

  static Answer overridden(World world, String caller, String pod) {
    var request = (WorkflowCreateRequest) request(world, "AdminService/CreateWorkflow");
    var changed = request.toBuilder();
    changed.getIdBuilder().setVersion(name());
    changed
        .getSpecBuilder()
        .getTemplateBuilder()
        .getNodesBuilder(0)
        .getTaskNodeBuilder()
        .getOverridesBuilder()
        .getPodTemplateBuilder()
        .setPodSpec(struct(pod));
    return world.as(caller).call(Rpcs.of("AdminService/CreateWorkflow"), changed.build());
  }

  private static Message request(World world, String rpc) {
    return world.requests(Place.OWN).of(Rpcs.of(rpc), "");
  }

  private static Struct struct(String json) {
    try {
      var struct = Struct.newBuilder();
      JsonFormat.parser().merge(json, struct);
      return struct.build();
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(json, e);
    }
  }

  static void denied(String sentence, Answer answer) {
    assertThat(answer.code()).as(answer.text()).isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(answer.sentence()).contains(sentence);
  }

  static void done(Answer answer) {
    assertThat(answer.code()).as(answer.text()).isEqualTo(Status.Code.OK);
  }
}
