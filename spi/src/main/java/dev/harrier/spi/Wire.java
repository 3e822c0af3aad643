package dev.harrier.spi;

import com.google.protobuf.Timestamp;
import flyteidl.core.Execution.ExecutionError;
import flyteidl.core.IdentifierOuterClass.WorkflowExecutionIdentifier;
import java.time.Instant;

/** Between the values of this room and the messages of Flyte's protocol that mean the same. */
public final class Wire {
  private Wire() {}

  /** The identifier as clients send it. */
  public static WorkflowExecutionIdentifier identifier(ExecutionId id) {
    return WorkflowExecutionIdentifier.newBuilder()
        .setProject(id.project())
        .setDomain(id.domain())
        .setName(id.name())
        .build();
  }

  /** The id that a client's identifier names. */
  public static ExecutionId executionId(WorkflowExecutionIdentifier identifier) {
    return new ExecutionId(identifier.getProject(), identifier.getDomain(), identifier.getName());
  }

  /** The error as clients read it. */
  public static ExecutionError error(Failure failure) {
    return ExecutionError.newBuilder()
        .setCode(failure.code())
        .setMessage(failure.message())
        .setKindValue(failure.kind().number())
        .build();
  }

  /** The failure that an error tells of; one without a kind is taken for the user's. */
  public static Failure failure(ExecutionError error) {
    var kind =
        error.getKind() == ExecutionError.ErrorKind.SYSTEM
            ? Failure.Kind.SYSTEM
            : Failure.Kind.USER;
    return new Failure(error.getCode(), error.getMessage(), kind, false);
  }

  /** The instant as protobuf has it. */
  public static Timestamp timestamp(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }

  /** The instant of a protobuf timestamp. */
  public static Instant instant(Timestamp timestamp) {
    return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
  }
}
