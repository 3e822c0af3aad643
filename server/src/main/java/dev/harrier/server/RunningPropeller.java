package dev.harrier.server;

import static java.util.Objects.requireNonNull;

import dev.harrier.idl.journal.v1.DescribeResponse;
import dev.harrier.server.role.AdminLine;
import dev.harrier.spi.StoreUnavailableException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A process that is a propeller alone, until it is closed. */
public final class RunningPropeller implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunningPropeller.class);

  /** How often it asks for admin that is not there yet. */
  private static final Duration ASK_EVERY = Duration.ofMillis(500);

  /** How many times it asks in silence: whoever starts both at once needs no warning. */
  private static final int SILENT_MAX = 10;

  private final URI metricsUrl;
  private final AdminLine admin;
  private final Begin begin;
  private final Closing parts;

  /** Makes the engine and sets it going. */
  interface Begin {
    void with(DescribeResponse admin) throws IOException;
  }

  RunningPropeller(URI metricsUrl, AdminLine admin, Begin begin, Closing parts) {
    this.metricsUrl = requireNonNull(metricsUrl, "metricsUrl");
    this.admin = requireNonNull(admin, "admin");
    this.begin = requireNonNull(begin, "begin");
    this.parts = requireNonNull(parts, "parts");
  }

  /** Where its metrics and its readiness are, without a path. */
  public URI metricsUrl() {
    return metricsUrl;
  }

  /**
   * Waits for admin, and begins to work for it.
   *
   * @param told that it is to stop
   * @return whether it works; if not it was told to stop before admin answered
   * @throws IOException if the home cannot be read or written
   */
  public boolean awaitAdmin(CountDownLatch told) throws IOException, InterruptedException {
    for (var asked = 1; ; asked++) {
      try {
        begin.with(admin.describe());
        return true;
      } catch (StoreUnavailableException away) {
        if (asked % SILENT_MAX == 0) {
          LOG.warn("Not at work yet: {}", away.getMessage());
        }
      }
      if (told.await(ASK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        return false;
      }
    }
  }

  /** Finishes what is being committed, gives the shards back and stops; running tasks go on. */
  @Override
  public void close() {
    parts.close();
  }
}
