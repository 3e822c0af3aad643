package dev.harrier.audit.sink;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * A receiver outside. One thread at a time calls it but for {@link #close}; what it is sent comes
 * in the order of the log, and again from the last confirmed record on after any failure.
 */
public interface Sink extends AutoCloseable {
  /**
   * Sends records.
   *
   * @throws RefusedException if the receiver answers that it does not want them
   * @throws IOException if the receiver does not take them; which of them it has is not known then
   */
  void send(List<LogLine> lines) throws IOException;

  /**
   * Returns once the receiver has all that was sent.
   *
   * @throws IOException if that cannot be known
   */
  void confirm() throws IOException;

  /** How long what was sent may stay unconfirmed; zero if each sending is confirmed by itself. */
  Duration confirmedAfter();

  /** Ends it, and with an exception whatever waits in it; on any thread. */
  @Override
  void close();
}
