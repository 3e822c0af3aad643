package dev.harrier.conformance.access;

import com.google.protobuf.Message;
import dev.harrier.spi.AttemptId;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.NodeId;
import flyteidl.admin.ExecutionOuterClass.ExecutionCreateRequest;
import flyteidl.admin.ExecutionOuterClass.ExecutionSpec;
import flyteidl.admin.NodeExecutionOuterClass.NodeExecution;
import flyteidl.admin.NodeExecutionOuterClass.NodeExecutionGetRequest;
import flyteidl.admin.TaskOuterClass.TaskCreateRequest;
import flyteidl.admin.TaskOuterClass.TaskSpec;
import flyteidl.core.Execution.NodeExecution.Phase;
import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.IdentifierOuterClass.NodeExecutionIdentifier;
import flyteidl.core.IdentifierOuterClass.ResourceType;
import flyteidl.core.IdentifierOuterClass.WorkflowExecutionIdentifier;
import flyteidl.core.Interface.TypedInterface;
import flyteidl.core.Interface.VariableMap;
import flyteidl.core.Tasks.Container;
import flyteidl.core.Tasks.RuntimeMetadata;
import flyteidl.core.Tasks.TaskTemplate;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** A task that runs as long as the tests do: a task's token is good only while its attempt runs. */
final class Sleeper {
  private static final String NAME = "sleeper";
  private static final String NODE = "n0";
  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  private Sleeper() {}

  /** Starts it in a place; returns once it runs. */
  static AttemptId start(GrpcCalls caller, Place place) {
    var task =
        Identifier.newBuilder()
            .setResourceType(ResourceType.TASK)
            .setProject(place.project())
            .setDomain(place.domain())
            .setName(NAME)
            .setVersion(Place.VERSION)
            .build();
    call(
        caller,
        "AdminService/CreateTask",
        TaskCreateRequest.newBuilder().setId(task).setSpec(spec()).build());
    call(
        caller,
        "AdminService/CreateExecution",
        ExecutionCreateRequest.newBuilder()
            .setProject(place.project())
            .setDomain(place.domain())
            .setName(NAME)
            .setSpec(ExecutionSpec.newBuilder().setLaunchPlan(task))
            .build());
    var node =
        NodeExecutionGetRequest.newBuilder()
            .setId(
                NodeExecutionIdentifier.newBuilder()
                    .setNodeId(NODE)
                    .setExecutionId(
                        WorkflowExecutionIdentifier.newBuilder()
                            .setProject(place.project())
                            .setDomain(place.domain())
                            .setName(NAME)))
            .build();
    var deadline = System.nanoTime() + START_LIMIT.toNanos();
    while (!running(caller, node)) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("The sleeper did not start.");
      }
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
    return new AttemptId(
        new NodeId(new ExecutionId(place.project(), place.domain(), NAME), NODE), 0);
  }

  private static boolean running(GrpcCalls caller, NodeExecutionGetRequest node) {
    // It is there only once the engine has taken the execution up.
    return caller.call(Rpcs.of("AdminService/GetNodeExecution"), node).messages().stream()
        .anyMatch(
            message ->
                message instanceof NodeExecution found
                    && found.getClosure().getPhase() == Phase.RUNNING);
  }

  private static void call(GrpcCalls caller, String method, Message request) {
    var answer = caller.call(Rpcs.of(method), request);
    if (answer.code() != Status.Code.OK) {
      throw new AssertionError("%s: %s".formatted(method, answer.text()));
    }
  }

  private static TaskSpec spec() {
    return TaskSpec.newBuilder()
        .setTemplate(
            TaskTemplate.newBuilder()
                .setType("raw-container")
                .setMetadata(
                    flyteidl.core.Tasks.TaskMetadata.newBuilder()
                        .setRuntime(
                            RuntimeMetadata.newBuilder()
                                .setType(RuntimeMetadata.RuntimeType.FLYTE_SDK)
                                .setVersion("1")))
                .setInterface(
                    TypedInterface.newBuilder()
                        .setInputs(VariableMap.getDefaultInstance())
                        .setOutputs(VariableMap.getDefaultInstance()))
                .setContainer(
                    Container.newBuilder().setImage("any").addAllCommand(List.of("sleep", "3600"))))
        .build();
  }
}
