package dev.harrier.admin.taskexecution;

import dev.harrier.spi.AttemptId;

/**
 * Where a client reads an attempt's log, made on each read: the server's address may change between
 * two starts.
 */
@FunctionalInterface
public interface LogLinks {
  /** Shows what the runtime told: fine where its logs are reachable as they are. */
  LogLinks AS_TOLD = (attempt, uri) -> uri;

  /**
   * The link to show.
   *
   * @param uri as the runtime told it; not empty
   */
  String link(AttemptId attempt, String uri);
}
