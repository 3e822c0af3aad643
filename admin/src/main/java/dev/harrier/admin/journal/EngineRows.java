package dev.harrier.admin.journal;

import com.google.protobuf.ByteString;
import dev.harrier.database.Rows;
import dev.harrier.spi.AttemptPhase;
import dev.harrier.spi.AttemptRow;
import dev.harrier.spi.Command;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.ExecutionPhase;
import dev.harrier.spi.ExecutionRow;
import dev.harrier.spi.Failure;
import dev.harrier.spi.NodeKind;
import dev.harrier.spi.NodePhase;
import dev.harrier.spi.NodeRow;
import flyteidl.core.Literals.LiteralMap;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** Reads the rows that the engine wrote, for itself and for those who show them. */
public final class EngineRows {
  private EngineRows() {}

  /** The engine's columns of an execution. */
  public static ExecutionRow execution(ResultSet row) throws SQLException {
    return new ExecutionRow(
        ExecutionPhase.of(row.getInt("phase")),
        Rows.optionalInstant(row, "started_at"),
        Rows.optionalInstant(row, "ended_at"),
        Rows.instant(row, "updated_at"),
        Rows.optionalMessage(row, "outputs", LiteralMap.parser()),
        failure(row),
        abort(row),
        row.getInt("revision"));
  }

  /** A node, whole. */
  public static NodeRow node(ResultSet row) throws SQLException {
    return new NodeRow(
        Rows.text(row, "path"),
        Rows.text(row, "parent"),
        Rows.text(row, "spec_node_id"),
        NodeKind.valueOf(Rows.text(row, "kind")),
        row.getInt("retry_group"),
        NodePhase.of(row.getInt("phase")),
        row.getInt("attempt"),
        Rows.instant(row, "created_at"),
        Rows.optionalInstant(row, "started_at"),
        Rows.optionalInstant(row, "ended_at"),
        Rows.instant(row, "updated_at"),
        Rows.message(row, "inputs", LiteralMap.parser()),
        Rows.optionalMessage(row, "outputs", LiteralMap.parser()),
        failure(row),
        child(row),
        ByteString.copyFrom(row.getBytes("state")),
        row.getInt("revision"));
  }

  /** An attempt, whole; whether it is released is in a column of that name. */
  public static AttemptRow attempt(ResultSet row) throws SQLException {
    return new AttemptRow(
        Rows.text(row, "node_path"),
        row.getInt("number"),
        AttemptPhase.of(row.getInt("phase")),
        Rows.instant(row, "created_at"),
        Rows.optionalInstant(row, "started_at"),
        Rows.optionalInstant(row, "ended_at"),
        Rows.instant(row, "updated_at"),
        Rows.text(row, "host"),
        Rows.text(row, "log_uri"),
        failure(row),
        row.getBoolean("released"),
        row.getInt("revision"));
  }

  private static Optional<Failure> failure(ResultSet row) throws SQLException {
    var code = row.getString("failure_code");
    if (code == null) {
      return Optional.empty();
    }
    var kind =
        row.getInt("failure_kind") == Failure.Kind.SYSTEM.number()
            ? Failure.Kind.SYSTEM
            : Failure.Kind.USER;
    return Optional.of(
        new Failure(
            code, Rows.text(row, "failure_message"), kind, row.getBoolean("failure_recoverable")));
  }

  private static Optional<Command.Abort> abort(ResultSet row) throws SQLException {
    var cause = row.getString("abort_cause");
    return cause == null
        ? Optional.empty()
        : Optional.of(new Command.Abort(cause, Rows.text(row, "abort_principal")));
  }

  private static Optional<ExecutionId> child(ResultSet row) throws SQLException {
    var name = row.getString("child_name");
    return name == null
        ? Optional.empty()
        : Optional.of(
            new ExecutionId(Rows.text(row, "child_project"), Rows.text(row, "child_domain"), name));
  }
}
