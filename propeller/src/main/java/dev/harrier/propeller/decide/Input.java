package dev.harrier.propeller.decide;

import dev.harrier.spi.DueTimer;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.ExecutionRef;
import dev.harrier.spi.Observation;
import dev.harrier.spi.PendingCommand;

/** What can happen to an execution. */
public sealed interface Input {
  /** The execution that it happens to. */
  ExecutionId execution();

  /** Somebody asked for something. */
  record Asked(PendingCommand command) implements Input {
    @Override
    public ExecutionId execution() {
      return command.ref().id();
    }
  }

  /** A runtime saw something of an attempt. */
  record Seen(Observation observation) implements Input {
    @Override
    public ExecutionId execution() {
      return observation.attempt().node().execution();
    }
  }

  /** A timer came due. */
  record Fired(DueTimer timer) implements Input {
    @Override
    public ExecutionId execution() {
      return timer.ref().id();
    }
  }

  /** The shard was taken over: actions that nobody confirmed are to be repeated. */
  record Resumed(ExecutionRef ref) implements Input {
    @Override
    public ExecutionId execution() {
      return ref.id();
    }
  }

  /** The runtime was told to forget an attempt. */
  record Forgotten(ExecutionRef ref, String nodePath, int number) implements Input {
    @Override
    public ExecutionId execution() {
      return ref.id();
    }
  }
}
