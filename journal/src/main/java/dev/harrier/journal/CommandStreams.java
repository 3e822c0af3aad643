package dev.harrier.journal;

import dev.harrier.spi.Journal.Subscription;
import dev.harrier.spi.Rejection;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many propellers of one client listen to commands. Each command that is brought is offered to
 * every stream, so one client must not open them without end.
 */
final class CommandStreams {
  /** A process has one, and for a moment another one while its line breaks. */
  static final int OF_ONE_CLIENT_MAX = 64;

  private final ConcurrentHashMap<String, Integer> open = new ConcurrentHashMap<>();

  /**
   * Takes a place for one stream.
   *
   * @return closed once when the stream has ended
   * @throws dev.harrier.spi.RejectedException RESOURCE_EXHAUSTED if the client has no place left
   */
  Subscription take(String client) {
    if (open.merge(client, 1, Integer::sum) > OF_ONE_CLIENT_MAX) {
      giveBack(client);
      throw Rejection.exhausted(
          "%s: expected at most %s streams of commands at once, found more. Give its propellers clients of their own.",
          client, OF_ONE_CLIENT_MAX);
    }
    return () -> giveBack(client);
  }

  private void giveBack(String client) {
    open.computeIfPresent(client, (same, count) -> count == 1 ? null : count - 1);
  }
}
