package dev.harrier.admin.journal;

import dev.harrier.spi.Journal.Subscription;
import dev.harrier.spi.PendingCommand;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Hands commands to this process's own loops right after the commit that made them. What nobody
 * takes is found in the table.
 */
public final class CommandExchange {
  private final List<Entry> entries = new CopyOnWriteArrayList<>();

  /** Calls the sink with every command handed over from now on. */
  public Subscription subscribe(Consumer<PendingCommand> sink) {
    var entry = new Entry(sink);
    entries.add(entry);
    return () -> entries.remove(entry);
  }

  /** Hands over commands whose transaction has been committed. */
  public void handOver(List<PendingCommand> commands) {
    for (var command : commands) {
      for (var entry : entries) {
        entry.sink.accept(command);
      }
    }
  }

  /** One subscription; two of the same sink are two, which no record would be. */
  private static final class Entry {
    private final Consumer<PendingCommand> sink;

    private Entry(Consumer<PendingCommand> sink) {
      this.sink = sink;
    }
  }
}
