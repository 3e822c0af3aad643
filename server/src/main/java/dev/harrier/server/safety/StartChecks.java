package dev.harrier.server.safety;

import static java.util.Objects.requireNonNull;

import dev.harrier.server.config.HarrierConfig;
import dev.harrier.server.config.ServerRole;
import java.io.IOException;
import java.time.Clock;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at how a server is about to start, and refuses what nobody should run. */
public final class StartChecks {
  private static final Logger LOG = LoggerFactory.getLogger(StartChecks.class);

  /** Without encryption, or with it and no proof of whom one talks to. */
  private static final Set<String> UNPROVEN =
      Set.of("disable", "allow", "prefer", "require", "verify-ca");

  private final HarrierConfig config;
  private final HomeFiles files;
  private final Clock clock;
  private final boolean root;

  /**
   * @param root whether the process has root's number, whatever the system calls it
   */
  public StartChecks(HarrierConfig config, HomeFiles files, Clock clock, boolean root) {
    this.config = requireNonNull(config, "config");
    this.files = requireNonNull(files, "files");
    this.clock = requireNonNull(clock, "clock");
    this.root = root;
  }

  /**
   * Before anything is opened.
   *
   * @throws RefusedStartException at the first thing that must not be
   */
  public void beforeOpening() throws IOException {
    root();
    files.checkModes();
    ClockChecks.againstFiles(files, clock.instant());
    config.database().url().ifPresent(DatabasePassword::check);
    config.database().url().ifPresent(StartChecks::warnOfUnprovenDatabase);
  }

  private void root() {
    if (!root) {
      return;
    }
    var server = config.server();
    var internal = config.role() == ServerRole.ADMIN && !server.internalOnLoopback();
    if ((internal || !server.onLoopback()) && !server.security().allowRoot()) {
      throw new RefusedStartException(
          "Expected an ordinary user, as others reach this server on %s, found root: a hole in it would be one in the whole machine. Start it as a user of its own, or say --allow-root (server.security.allowRoot)."
              .formatted(internal ? server.internal().address() : server.address()));
    }
    LOG.warn(
        "The server runs as root. On a machine of one's own that works; where others reach it, give it a user of its own.");
  }

  private static void warnOfUnprovenDatabase(String url) {
    for (var mode : UNPROVEN) {
      if (url.contains("sslmode=" + mode + "&") || url.endsWith("sslmode=" + mode)) {
        LOG.warn(
            "database.url says sslmode={}: whoever is between this server and the database may pose as it. verify-full, which holds unless told otherwise, prevents that.",
            mode);
      }
    }
  }
}
