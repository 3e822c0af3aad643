package dev.harrier.spi;

import static java.util.Objects.requireNonNull;

import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.Literals.LiteralMap;
import flyteidl.core.Security.SecurityContext;
import flyteidl.core.Tasks.TaskTemplate;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Everything a runtime needs to run one attempt.
 *
 * @param epoch of the shard's lease; a host that has seen a higher one for the attempt refuses
 * @param task with the node's overrides (resources, container image) already merged
 * @param inputs what {@code inputs.pb} at {@code locations} holds
 * @param environment of the execution, over which the task's own container environment wins
 * @param timeout wall time of this attempt
 * @param workflow the execution's workflow
 */
public record AttemptStart(
    AttemptId id,
    long epoch,
    TaskTemplate task,
    LiteralMap inputs,
    DataLocations locations,
    Map<String, String> environment,
    Optional<Duration> timeout,
    boolean interruptible,
    SecurityContext securityContext,
    Identifier workflow,
    Identifier launchPlan) {
  public AttemptStart {
    requireNonNull(id, "id");
    requireNonNull(task, "task");
    requireNonNull(inputs, "inputs");
    requireNonNull(locations, "locations");
    environment = Map.copyOf(environment);
    requireNonNull(timeout, "timeout");
    requireNonNull(securityContext, "securityContext");
    requireNonNull(workflow, "workflow");
    requireNonNull(launchPlan, "launchPlan");
  }

  /** The same with other inputs. */
  public AttemptStart withInputs(LiteralMap other) {
    return new AttemptStart(
        id,
        epoch,
        task,
        other,
        locations,
        environment,
        timeout,
        interruptible,
        securityContext,
        workflow,
        launchPlan);
  }

  /**
   * Where an attempt reads and writes.
   *
   * @param inputs the key of {@code inputs.pb}
   * @param outputPrefix {@code outputs.pb}, {@code error.pb} and {@code deck.html} are below it
   * @param rawOutputPrefix native URI under which the task puts files and tables
   */
  public record DataLocations(BlobKey inputs, BlobKey outputPrefix, String rawOutputPrefix) {
    public DataLocations {
      requireNonNull(inputs, "inputs");
      requireNonNull(outputPrefix, "outputPrefix");
      requireNonNull(rawOutputPrefix, "rawOutputPrefix");
    }
  }
}
