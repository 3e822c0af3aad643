package dev.harrier.admin.journal;

import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rows that this release cannot read, left by another release or broken. Each is logged once and
 * passed over, so that it holds up no other row; it stays for a release that can read it.
 */
final class UnreadableRows {
  /** So many are remembered; beyond it the oldest is forgotten, and logged again when met. */
  private static final int REMEMBERED_MAX = 1_000;

  private static final Logger LOG = LoggerFactory.getLogger(UnreadableRows.class);

  private final SequencedSet<String> known = new LinkedHashSet<>();

  /** Reads the row that a result stands on. */
  interface Reading<T> {
    T read() throws SQLException;
  }

  /**
   * Reads a row.
   *
   * @param name what the log calls the row
   * @return empty if it cannot be read
   * @throws SQLException if the database did not deliver it
   */
  <T> Optional<T> read(Supplier<String> name, Reading<T> reading) throws SQLException {
    try {
      return Optional.of(reading.read());
    } catch (RuntimeException broken) {
      note(name.get(), broken);
      return Optional.empty();
    }
  }

  /**
   * How many rows a query must ask for, so that those passed over leave as many as are wanted.
   *
   * @param wanted how many readable ones
   */
  synchronized long limit(int wanted) {
    return (long) wanted + known.size();
  }

  private synchronized void note(String name, RuntimeException broken) {
    if (!known.add(name)) {
      return;
    }
    if (known.size() > REMEMBERED_MAX) {
      known.removeFirst();
    }
    LOG.error("{}: this release cannot read it; it is passed over and kept", name, broken);
  }
}
