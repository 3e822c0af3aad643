package dev.harrier.testkit;

import dev.harrier.idl.engine.v1.ExecutionSettings;
import dev.harrier.spi.Command;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.ExecutionRef;
import dev.harrier.spi.Journal;
import flyteidl.core.Literals.LiteralMap;
import java.time.InstantSource;
import java.util.Optional;

final class InMemoryJournalTest extends JournalContract {
  private final InMemoryJournal journal = new InMemoryJournal(8, InstantSource.system());

  @Override
  protected Journal open() {
    return journal;
  }

  @Override
  protected ExecutionRef create(ExecutionId id, LiteralMap inputs) {
    return journal.create(
        id, "closure", inputs, ExecutionSettings.getDefaultInstance(), Optional.empty());
  }

  @Override
  protected void post(ExecutionId id, Command command) {
    journal.post(id, command);
  }
}
