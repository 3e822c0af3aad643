package dev.harrier.testkit;

import dev.harrier.spi.AttemptId;
import dev.harrier.spi.AttemptStart;
import dev.harrier.spi.DataLayout;
import dev.harrier.spi.Failure;
import dev.harrier.spi.Observation;
import dev.harrier.spi.TaskRuntime;
import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.Literals.LiteralMap;
import flyteidl.core.Security.SecurityContext;
import flyteidl.core.Tasks.TaskTemplate;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

final class FakeTaskRuntimeTest extends TaskRuntimeContract {
  private final FakeTaskRuntime.Place place = new FakeTaskRuntime.Place();

  @Override
  protected TaskRuntime open() {
    return new FakeTaskRuntime(place, Clock.systemUTC(), FakeTaskRuntimeTest::behave);
  }

  private static Optional<Observation> behave(AttemptStart start) {
    return switch (Behaviour.valueOf(start.task().getType())) {
      case SUCCEED -> FakeTaskRuntime.succeed(start);
      case FAIL ->
          Optional.of(
              new Observation.Failed(start.id(), Instant.EPOCH, Failure.user("Error", "told to")));
      case HANG -> Optional.empty();
    };
  }

  @Override
  protected AttemptStart start(AttemptId attempt, long epoch, Behaviour behaviour) {
    return new AttemptStart(
        attempt,
        epoch,
        TaskTemplate.newBuilder().setType(behaviour.name()).build(),
        LiteralMap.getDefaultInstance(),
        new AttemptStart.DataLocations(
            DataLayout.inputs(attempt.node()), DataLayout.outputPrefix(attempt), "raw"),
        Map.of(),
        Optional.empty(),
        false,
        SecurityContext.getDefaultInstance(),
        Identifier.getDefaultInstance(),
        Identifier.getDefaultInstance());
  }

  @Override
  protected int runs(AttemptId attempt) {
    return place.runs(attempt);
  }
}
