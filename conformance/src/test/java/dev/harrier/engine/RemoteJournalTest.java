package dev.harrier.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.database.Database;
import dev.harrier.spi.Command;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.ExecutionRef;
import dev.harrier.spi.Journal;
import dev.harrier.testkit.JournalContract;
import flyteidl.core.Literals.LiteralMap;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The contract of journals over a real port on a real database. */
final class RemoteJournalTest extends JournalContract {
  private static final Duration LEASE = Duration.ofMinutes(5);

  private static EngineDatabase engine;

  private final PostgresAdmin admin = new PostgresAdmin(database(), InstantSource.system());
  private final PropellersPort port;

  @BeforeAll
  static void openDatabase(@TempDir Path folder) {
    engine = EngineDatabase.open(folder);
  }

  @AfterAll
  static void closeDatabase() {
    engine.close();
  }

  private static Database database() {
    return engine.database();
  }

  RemoteJournalTest() throws IOException {
    admin.freeShards();
    port = PropellersPort.of(admin);
  }

  @AfterEach
  void close() {
    port.close();
  }

  @Override
  protected Journal open() {
    var line = port.line("sa:one");
    var journal = line.journal(line.describe().getShardCount());
    // What the contract reads without a lease it reads of shards that this host holds.
    assertThat(journal.acquire("host/0", journal.shardCount(), LEASE)).isNotEmpty();
    return journal;
  }

  @Override
  protected ExecutionRef create(ExecutionId id, LiteralMap inputs) {
    return admin.createEmpty(id, inputs);
  }

  @Override
  protected void post(ExecutionId id, Command command) {
    admin.post(id, command);
  }

  @Override
  protected void adopt(ExecutionRef parent, String nodePath, ExecutionRef child) {
    admin.adopt(parent, nodePath, child);
  }
}
