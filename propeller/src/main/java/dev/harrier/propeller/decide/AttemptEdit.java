package dev.harrier.propeller.decide;

import dev.harrier.spi.AttemptPhase;
import dev.harrier.spi.AttemptRow;
import dev.harrier.spi.Failure;
import java.time.Instant;
import java.util.Optional;

/** An attempt's row on its way to the next one; times follow from the phase. */
final class AttemptEdit {
  private AttemptEdit() {}

  static AttemptRow fresh(String nodePath, int number, Instant now) {
    return new AttemptRow(
        nodePath,
        number,
        AttemptPhase.QUEUED,
        now,
        Optional.empty(),
        Optional.empty(),
        now,
        "",
        "",
        Optional.empty(),
        false,
        1);
  }

  static AttemptRow started(AttemptRow row, String host, String logUri, Instant now) {
    return next(row, AttemptPhase.RUNNING, host, logUri, row.failure(), now);
  }

  static AttemptRow ended(
      AttemptRow row, AttemptPhase phase, Optional<Failure> failure, Instant now) {
    return next(row, phase, row.host(), row.logUri(), failure, now);
  }

  private static AttemptRow next(
      AttemptRow row,
      AttemptPhase phase,
      String host,
      String logUri,
      Optional<Failure> failure,
      Instant now) {
    return new AttemptRow(
        row.nodePath(),
        row.number(),
        phase,
        row.createdAt(),
        row.startedAt().or(() -> Optional.of(now)),
        phase.terminal() ? Optional.of(now) : Optional.empty(),
        now,
        host,
        logUri,
        failure,
        row.released(),
        row.revision());
  }
}
