package dev.harrier.testkit;

import dev.harrier.spi.AttemptId;
import dev.harrier.spi.AttemptStart;
import dev.harrier.spi.Observation;
import dev.harrier.spi.TaskRuntime;
import flyteidl.core.Literals.LiteralMap;
import flyteidl.core.Tasks.TaskTemplate;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A runtime whose every attempt succeeds at once with the same outputs, so that what is left is the
 * engine. It forgets everything: an attempt asked after is told to have succeeded.
 */
public final class InstantRuntime implements TaskRuntime {
  private final LiteralMap outputs;
  private volatile Consumer<Observation> receiver = observation -> {};

  public InstantRuntime(LiteralMap outputs) {
    this.outputs = outputs;
  }

  @Override
  public void observe(Consumer<Observation> next) {
    receiver = next;
  }

  @Override
  public Optional<String> refusal(TaskTemplate task) {
    return Optional.empty();
  }

  @Override
  public void start(AttemptStart start) {
    succeed(start.id());
  }

  @Override
  public void abort(AttemptId attempt, long epoch, String reason) {}

  @Override
  public void acknowledge(AttemptId attempt) {}

  @Override
  public void reconcile(Collection<AttemptId> attempts) {
    attempts.forEach(this::succeed);
  }

  private void succeed(AttemptId id) {
    receiver.accept(new Observation.Started(id, Instant.now(), "here", ""));
    receiver.accept(new Observation.Succeeded(id, Instant.now(), outputs));
  }

  @Override
  public void close() {}
}
