package dev.harrier.admin.nodeexecution;

import com.google.protobuf.Duration;
import dev.harrier.database.Rows;
import dev.harrier.spi.Failure;
import flyteidl.core.Execution.ExecutionError;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/** What the closures of nodes and of attempts have in common, from the row of either. */
public final class ClosureParts {
  private ClosureParts() {}

  /** Why it failed; reads the {@code failure_…} columns. */
  public static Optional<ExecutionError> error(ResultSet row) throws SQLException {
    var code = Rows.optionalText(row, "failure_code");
    if (code.isEmpty()) {
      return Optional.empty();
    }
    var system = row.getInt("failure_kind") == Failure.Kind.SYSTEM.number();
    return Optional.of(
        ExecutionError.newBuilder()
            .setCode(code.get())
            .setMessage(Rows.text(row, "failure_message"))
            .setKind(system ? ExecutionError.ErrorKind.SYSTEM : ExecutionError.ErrorKind.USER)
            .build());
  }

  /**
   * How long it took, or has taken so far; zero before the start, and for what ended without one.
   */
  public static Duration duration(Optional<Instant> started, Optional<Instant> ended, Instant now) {
    if (started.isEmpty()) {
      return Duration.getDefaultInstance();
    }
    var end = ended.orElse(now);
    // Clocks of two hosts may disagree; no duration is negative.
    var length =
        end.isBefore(started.get())
            ? java.time.Duration.ZERO
            : java.time.Duration.between(started.get(), end);
    return Duration.newBuilder().setSeconds(length.getSeconds()).setNanos(length.getNano()).build();
  }
}
