package dev.harrier.admin.execution;

import static java.util.Objects.requireNonNull;

import dev.harrier.idl.engine.v1.ExecutionSettings;
import dev.harrier.spi.ExecutionId;
import flyteidl.admin.ExecutionOuterClass.ExecutionSpec;
import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.Literals.LiteralMap;
import java.util.Optional;

/**
 * An execution that is checked and complete, to be inserted.
 *
 * @param spec as it is shown, without inputs
 * @param inputs complete: defaults and fixed values are in
 * @param closureDigest names the compiled graph
 * @param principal who it belongs to
 */
public record NewExecution(
    ExecutionId id,
    ExecutionSpec spec,
    LiteralMap inputs,
    ExecutionSettings settings,
    String closureDigest,
    Identifier workflow,
    String principal,
    Optional<Parent> parent) {
  public NewExecution {
    requireNonNull(id, "id");
    requireNonNull(spec, "spec");
    requireNonNull(inputs, "inputs");
    requireNonNull(settings, "settings");
    requireNonNull(closureDigest, "closureDigest");
    requireNonNull(workflow, "workflow");
    requireNonNull(principal, "principal");
    requireNonNull(parent, "parent");
  }

  /**
   * The node that waits for it.
   *
   * @param key of the node's execution
   */
  public record Parent(long key, String nodePath) {
    public Parent {
      requireNonNull(nodePath, "nodePath");
    }
  }
}
