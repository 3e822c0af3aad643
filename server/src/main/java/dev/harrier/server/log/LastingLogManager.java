package dev.harrier.server.log;

import java.util.logging.LogManager;

/**
 * The JDK's log manager closes all handlers in a shutdown hook, while our own hook still stops the
 * server and has things to tell. This one leaves them open; they write to standard error and hold
 * nothing back.
 */
public final class LastingLogManager extends LogManager {
  private volatile boolean started;

  /** From now on handlers stay. */
  void keep() {
    started = true;
  }

  @Override
  public void reset() {
    if (!started) {
      super.reset();
    }
  }
}
