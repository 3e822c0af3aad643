package dev.harrier.spi;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.harrier.idl.engine.v1.EngineCommand;
import flyteidl.core.Literals.LiteralMap;
import java.util.Optional;

/**
 * What somebody asks of an execution. A command is a row from the transaction that makes it to the
 * one that holds its effect.
 */
public sealed interface Command {

  /** Begin: the first command of every execution. */
  record Create() implements Command {}

  /**
   * End early.
   *
   * @param cause what the person or parent said
   * @param principal who asked
   */
  record Abort(String cause, String principal) implements Command {}

  /** Admin created the child that the node asked for. */
  record ChildLaunched(String nodePath, ExecutionId child) implements Command {}

  /** Admin could not create the child; {@code failure} says why. */
  record ChildRefused(String nodePath, Failure failure) implements Command {}

  /**
   * The child reached a terminal phase.
   *
   * @param outputs empty unless it succeeded
   * @param failure present if it failed
   */
  record ChildEnded(
      String nodePath,
      ExecutionId child,
      ExecutionPhase phase,
      LiteralMap outputs,
      Optional<Failure> failure)
      implements Command {}

  /** Go on: the last decision stopped at its limit of records. */
  record Continue() implements Command {}

  /** The stored form; {@link #parse} takes it back. */
  default byte[] toBytes() {
    return toMessage().toByteArray();
  }

  /** The stored form as a message; {@link #of} takes it back. */
  default EngineCommand toMessage() {
    var message = EngineCommand.newBuilder();
    switch (this) {
      case Create create -> message.setCreate(EngineCommand.Create.getDefaultInstance());
      case Abort abort ->
          message.getAbortBuilder().setCause(abort.cause()).setPrincipal(abort.principal());
      case ChildLaunched launched ->
          message
              .getChildLaunchedBuilder()
              .setNodePath(launched.nodePath())
              .setChild(Wire.identifier(launched.child()));
      case ChildRefused refused ->
          message
              .getChildRefusedBuilder()
              .setNodePath(refused.nodePath())
              .setCode(refused.failure().code())
              .setMessage(refused.failure().message());
      case ChildEnded ended -> {
        var body =
            message
                .getChildEndedBuilder()
                .setNodePath(ended.nodePath())
                .setChild(Wire.identifier(ended.child()))
                .setPhaseValue(ended.phase().number())
                .setOutputs(ended.outputs());
        ended.failure().ifPresent(failure -> body.setError(Wire.error(failure)));
      }
      case Continue again -> message.setContinue(EngineCommand.Continue.getDefaultInstance());
    }
    return message.build();
  }

  /**
   * Reads the stored form.
   *
   * @throws IllegalStateException if the bytes are no command of this release
   */
  static Command parse(byte[] bytes) {
    requireNonNull(bytes, "bytes");
    EngineCommand message;
    try {
      message = EngineCommand.parseFrom(bytes);
    } catch (InvalidProtocolBufferException broken) {
      throw new IllegalStateException(
          "command: %d bytes are no command".formatted(bytes.length), broken);
    }
    return of(message);
  }

  /**
   * The command that a message means.
   *
   * @throws IllegalStateException if it is no command of this release
   */
  static Command of(EngineCommand message) {
    return switch (message.getKindCase()) {
      case CREATE -> new Create();
      case ABORT -> new Abort(message.getAbort().getCause(), message.getAbort().getPrincipal());
      case CHILD_LAUNCHED ->
          new ChildLaunched(
              message.getChildLaunched().getNodePath(),
              Wire.executionId(message.getChildLaunched().getChild()));
      case CHILD_REFUSED ->
          new ChildRefused(
              message.getChildRefused().getNodePath(),
              Failure.user(
                  message.getChildRefused().getCode(), message.getChildRefused().getMessage()));
      case CHILD_ENDED -> {
        var ended = message.getChildEnded();
        yield new ChildEnded(
            ended.getNodePath(),
            Wire.executionId(ended.getChild()),
            ExecutionPhase.of(ended.getPhaseValue()),
            ended.getOutputs(),
            ended.hasError() ? Optional.of(Wire.failure(ended.getError())) : Optional.empty());
      }
      case CONTINUE -> new Continue();
      case KIND_NOT_SET ->
          throw new IllegalStateException("command: of a kind that this release does not know");
    };
  }
}
