package dev.harrier.server.port;

import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.netty.channel.Channel;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection that stays silent at its beginning, or stops in the middle of a request's
 * head: whoever opens thousands of them would hold the process's files for nothing.
 *
 * <p>Used by the event loop of its connection alone.
 */
final class HeadWait {
  /** A client whose packets are lost three times in a row still comes in time. */
  static final Duration MAX = Duration.ofSeconds(20);

  private final Channel channel;
  private @Nullable ScheduledFuture<?> end;

  HeadWait(Channel channel) {
    this.channel = requireNonNull(channel, "channel");
    var unused = channel.closeFuture().addListener(closed -> over());
  }

  /** From now on a whole head must come in time, unless one is waited for already. */
  void begin() {
    if (end == null) {
      end = channel.eventLoop().schedule(this::close, MAX.toMillis(), MILLISECONDS);
    }
  }

  /** A whole head has come. */
  void over() {
    if (end != null) {
      end.cancel(false);
      end = null;
    }
  }

  private void close() {
    var unused = channel.close();
  }
}
