package dev.harrier.testkit;

import com.google.protobuf.ByteString;
import dev.harrier.spi.AttemptPhase;
import dev.harrier.spi.AttemptRow;
import dev.harrier.spi.ExecutionPhase;
import dev.harrier.spi.ExecutionRow;
import dev.harrier.spi.NodeKind;
import dev.harrier.spi.NodePhase;
import dev.harrier.spi.NodeRow;
import java.time.Instant;
import java.util.Optional;

/** Rows of which a test cares for little more than their phase. */
public final class SampleRows {
  /** When all of it happened; to the microsecond, which is what a database keeps. */
  public static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678901Z");

  private SampleRows() {}

  /** An execution that has begun. */
  public static ExecutionRow execution(ExecutionPhase phase, int revision) {
    return new ExecutionRow(
        phase,
        Optional.of(NOW),
        Optional.empty(),
        NOW,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        revision);
  }

  /** A task node at the top. */
  public static NodeRow node(String path, NodePhase phase, int revision) {
    return new NodeRow(
        path,
        "",
        path,
        NodeKind.TASK,
        0,
        phase,
        0,
        NOW,
        Optional.empty(),
        Optional.empty(),
        NOW,
        Values.of("x", "in"),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        ByteString.EMPTY,
        revision);
  }

  /** An attempt of which nothing is known but its phase. */
  public static AttemptRow attempt(String path, int number, AttemptPhase phase, int revision) {
    return new AttemptRow(
        path,
        number,
        phase,
        NOW,
        Optional.empty(),
        Optional.empty(),
        NOW,
        "",
        "",
        Optional.empty(),
        false,
        revision);
  }
}
