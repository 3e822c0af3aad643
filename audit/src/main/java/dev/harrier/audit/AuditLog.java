package dev.harrier.audit;

import java.util.concurrent.CompletableFuture;

/** Takes records of what is done. Any thread may call; records keep the order of their calls. */
public interface AuditLog {
  /** Takes everything and keeps nothing: for parts that stand alone. */
  AuditLog NONE =
      new AuditLog() {
        @Override
        public void record(AuditRecord record) {
          // Nothing is kept.
        }

        @Override
        public CompletableFuture<Void> ensure(AuditRecord record) {
          return CompletableFuture.completedFuture(null);
        }
      };

  /**
   * Takes a record without waiting until it is written. One that finds no room is counted, and the
   * count is recorded as soon as there is room.
   */
  void record(AuditRecord record);

  /**
   * Takes a record that must last: whoever is about to change something waits for it, and changes
   * nothing if it fails.
   *
   * @return done once the record is on the disk; fails with {@link AuditUnavailableException}, and
   *     then the record is not in the log
   */
  CompletableFuture<Void> ensure(AuditRecord record);
}
