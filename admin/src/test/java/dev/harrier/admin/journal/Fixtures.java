package dev.harrier.admin.journal;

import dev.harrier.admin.execution.NewExecution;
import dev.harrier.idl.engine.v1.ExecutionSettings;
import dev.harrier.spi.Batch.ExecutionChange;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.ExecutionRef;
import dev.harrier.spi.NodeRow;
import flyteidl.admin.ExecutionOuterClass.ExecutionSpec;
import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.Literals.LiteralMap;
import java.util.List;
import java.util.Optional;

/** Rows that tests need and do not care for. */
final class Fixtures {
  private Fixtures() {}

  static NewExecution execution(ExecutionId id, LiteralMap inputs) {
    return new NewExecution(
        id,
        ExecutionSpec.getDefaultInstance(),
        inputs,
        ExecutionSettings.getDefaultInstance(),
        "no closure",
        Identifier.getDefaultInstance(),
        "tester",
        Optional.empty());
  }

  static ExecutionChange inserted(ExecutionRef ref, List<NodeRow> nodes) {
    return new ExecutionChange(
        ref,
        Optional.empty(),
        nodes,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }
}
