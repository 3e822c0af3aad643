package dev.harrier.admin.journal;

import dev.harrier.spi.Journal.Subscription;
import dev.harrier.spi.PendingCommand;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands commands to this process's own loops right after the commit that made them. What nobody
 * takes is found in the table.
 */
public final class CommandExchange {
  private static final Logger LOG = LoggerFactory.getLogger(CommandExchange.class);

  private final List<Entry> entries = new CopyOnWriteArrayList<>();

  /** Calls the sink with every command handed over from now on. */
  public Subscription subscribe(Consumer<PendingCommand> sink) {
    var entry = new Entry(sink);
    entries.add(entry);
    return () -> entries.remove(entry);
  }

  /**
   * Hands over commands whose transaction has been committed. Whatever a subscriber does about it,
   * the commit stands, and the others are told.
   */
  public void handOver(List<PendingCommand> commands) {
    for (var command : commands) {
      for (var entry : entries) {
        try {
          entry.sink.accept(command);
        } catch (RuntimeException failed) {
          LOG.error("command {} was not taken, and will be found in its table", command, failed);
        }
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
