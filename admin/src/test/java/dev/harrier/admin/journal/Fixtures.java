package dev.harrier.admin.journal;

import com.google.protobuf.ByteString;
import dev.harrier.admin.execution.ExecutionStore;
import dev.harrier.admin.execution.NewExecution;
import dev.harrier.admin.query.Bind;
import dev.harrier.admin.query.Sql;
import dev.harrier.idl.engine.v1.ExecutionSettings;
import dev.harrier.spi.AttemptPhase;
import dev.harrier.spi.AttemptRow;
import dev.harrier.spi.Batch.ExecutionChange;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.ExecutionRef;
import dev.harrier.spi.NodeKind;
import dev.harrier.spi.NodePhase;
import dev.harrier.spi.NodeRow;
import dev.harrier.spi.PendingCommand;
import dev.harrier.testkit.Change;
import flyteidl.admin.ExecutionOuterClass.ExecutionSpec;
import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.Literals.LiteralMap;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** Rows that tests need and do not care for. */
public final class Fixtures {
  private Fixtures() {}

  /** Inserts an execution, and its project if need be. */
  static PendingCommand insert(Connection connection, ExecutionId id, LiteralMap inputs)
      throws SQLException {
    var unused =
        Sql.update(
            connection,
            """
            INSERT INTO project (id, name, description, labels, state, created_at)
            VALUES (?, '', '', '', 0, now()) ON CONFLICT DO NOTHING
            """,
            Bind.text(id.project()));
    return ExecutionStore.insert(connection, execution(id, inputs)).orElseThrow();
  }

  /** An execution that nothing runs. */
  public static NewExecution execution(ExecutionId id, LiteralMap inputs) {
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

  static ExecutionChange inserted(
      ExecutionRef ref, List<NodeRow> nodes, List<AttemptRow> attempts) {
    var change = new Change(ref);
    nodes.forEach(change::insert);
    attempts.forEach(change::insert);
    return change.build();
  }

  static NodeRow node(String path, String specNodeId) {
    var now = Instant.now().truncatedTo(ChronoUnit.MICROS);
    return new NodeRow(
        path,
        "",
        specNodeId,
        NodeKind.TASK,
        0,
        NodePhase.QUEUED,
        -1,
        now,
        Optional.empty(),
        Optional.empty(),
        now,
        LiteralMap.getDefaultInstance(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        ByteString.EMPTY,
        1);
  }

  static AttemptRow attempt(String path, int number) {
    return new AttemptRow(
        path,
        number,
        AttemptPhase.QUEUED,
        Instant.EPOCH,
        Optional.empty(),
        Optional.empty(),
        Instant.EPOCH,
        "",
        "",
        Optional.empty(),
        false,
        1);
  }
}
