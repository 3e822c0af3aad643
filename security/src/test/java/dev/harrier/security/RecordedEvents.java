package dev.harrier.security;

import dev.harrier.audit.AuditLog;
import dev.harrier.audit.AuditRecord;
import dev.harrier.audit.Event;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** An audit log in memory. */
public final class RecordedEvents implements AuditLog {
  private final List<AuditRecord> records = new CopyOnWriteArrayList<>();

  /** Those of one sort. */
  public List<AuditRecord> of(Event event) {
    return records.stream().filter(record -> record.event() == event).toList();
  }

  @Override
  public void record(AuditRecord record) {
    records.add(record);
  }

  @Override
  public CompletableFuture<Void> ensure(AuditRecord record) {
    records.add(record);
    return CompletableFuture.completedFuture(null);
  }
}
