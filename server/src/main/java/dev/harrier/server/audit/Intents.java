package dev.harrier.server.audit;

import static java.util.Objects.requireNonNull;

import dev.harrier.audit.AuditLog;
import dev.harrier.audit.AuditRecord;
import dev.harrier.audit.AuditRecord.Stage;
import dev.harrier.audit.AuditUnavailableException;
import dev.harrier.audit.Level;
import dev.harrier.audit.Operation;
import dev.harrier.audit.Outcome;
import java.util.Collections;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Records what is about to be done, from what its trail knows by then. */
record Intents(AuditLog log) {
  Intents {
    requireNonNull(log, "log");
  }

  /** Done once it is on the disk; see {@link AuditLog#ensure}. */
  CompletableFuture<Void> write(CallTrail trail, AuditedOperation operation) {
    return log.ensure(
        new AuditRecord(
            operation.event(),
            Stage.INTENT,
            operation.level(),
            Outcome.PENDING,
            trail.actor(),
            trail.source(),
            Optional.of(
                new Operation(
                    operation.name(),
                    operation.level() == Level.REQUEST ? trail.request() : Optional.empty(),
                    0)),
            trail.resources(),
            Collections.emptySortedMap()));
  }

  /**
   * Returns when it is on the disk.
   *
   * @throws AuditUnavailableException if it cannot be written
   */
  void await(CallTrail trail, AuditedOperation operation) {
    try {
      write(trail, operation).join();
    } catch (CompletionException failed) {
      throw failed.getCause() instanceof AuditUnavailableException unavailable
          ? unavailable
          : failed;
    }
  }
}
