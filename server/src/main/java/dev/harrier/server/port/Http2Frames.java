package dev.harrier.server.port;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import java.util.function.LongSupplier;

/**
 * Ends connections of HTTP/2 that make work and ask for nothing: floods of pings, settings, empty
 * frames and windows, and of requests that the server itself must reset ("made you reset",
 * CVE-2025-8671). Netty bounds some of them; none of its bounds is over all.
 *
 * <p>It looks at the nine bytes before each frame and reads nothing else.
 */
final class Http2Frames extends ChannelDuplexHandler {
  /** What clients send beside requests: pings to measure the line, windows for what they read. */
  private static final int FRAMES_BURST = 10_000;

  private static final int FRAMES_PER_SECOND = 1_000;

  /** Some clients open two windows for each frame that they read. */
  private static final int FRAMES_PER_ANSWERED = 4;

  /** A client whose bodies are not wanted, e.g. with a login that has ended, makes such resets. */
  private static final int RESETS_BURST = 1_000;

  private static final int RESETS_PER_SECOND = 50;

  private static final int PREFACE_BYTES = 24;
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RESET = 3;
  private static final int CONTINUATION = 9;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;

  /** GOAWAY: any stream, ENHANCE_YOUR_CALM. */
  private static final byte[] GO_AWAY = {
    0, 0, 8, 7, 0, 0, 0, 0, 0, 0x7f, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0, 0, 0, 0x0b
  };

  private final HeadWait wait;
  private final Heads in = new Heads(PREFACE_BYTES);
  private final Heads out = new Heads(0);
  private final Allowance frames;
  private final Allowance resets;
  private boolean ended;

  Http2Frames(HeadWait wait) {
    this(wait, System::nanoTime);
  }

  Http2Frames(HeadWait wait, LongSupplier nanoTime) {
    this.wait = requireNonNull(wait, "wait");
    this.frames = new Allowance(FRAMES_BURST, FRAMES_PER_SECOND, nanoTime);
    this.resets = new Allowance(RESETS_BURST, RESETS_PER_SECOND, nanoTime);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
    if (!ended && message instanceof ByteBuf bytes) {
      in.read(bytes, this::came);
      if (frames.usedUp()) {
        end(context);
      }
    }
    if (ended) {
      ReferenceCountUtil.release(message);
      return;
    }
    context.fireChannelRead(message);
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise)
      throws Exception {
    if (ended) {
      ReferenceCountUtil.release(message);
      promise.cancel(false);
      return;
    }
    if (message instanceof ByteBuf bytes) {
      out.read(bytes, this::goes);
    }
    var unused = context.write(message, promise);
    if (resets.usedUp()) {
      end(context);
    }
  }

  private void came(int length, int type, int flags) {
    switch (type) {
      case HEADERS, CONTINUATION -> {
        if ((flags & END_HEADERS) == 0) {
          wait.begin();
        } else {
          wait.over();
        }
        if (length == 0) {
          frames.take();
        }
      }
      case DATA -> {
        if (length == 0 && (flags & END_STREAM) == 0) {
          frames.take();
        }
      }
      default -> frames.take();
    }
  }

  private void goes(int length, int type, int flags) {
    if (type == RESET) {
      resets.take();
    } else if (type == DATA || type == HEADERS) {
      frames.earn(FRAMES_PER_ANSWERED);
    }
  }

  private void end(ChannelHandlerContext context) {
    ended = true;
    var unused =
        context
            .writeAndFlush(Unpooled.wrappedBuffer(GO_AWAY))
            .addListener(ChannelFutureListener.CLOSE);
  }

  private interface FrameSeen {
    void frame(int length, int type, int flags);
  }

  /** Finds the frames in bytes that come in pieces of any size. */
  private static final class Heads {
    private static final int HEAD_BYTES = 9;

    private final int[] head = new int[HEAD_BYTES];
    private int have;
    private int skip;

    Heads(int before) {
      this.skip = before;
    }

    void read(ByteBuf bytes, FrameSeen seen) {
      var at = bytes.readerIndex();
      var end = bytes.writerIndex();
      while (at < end) {
        if (skip > 0) {
          var step = Math.min(skip, end - at);
          skip -= step;
          at += step;
          continue;
        }
        head[have] = bytes.getUnsignedByte(at);
        have++;
        at++;
        if (have == HEAD_BYTES) {
          have = 0;
          skip = head[0] << 16 | head[1] << 8 | head[2];
          seen.frame(skip, head[3], head[4]);
        }
      }
    }
  }

  /** A number that is used up and grows back with time. */
  private static final class Allowance {
    private static final double NANOS_PER_SECOND = 1e9;

    private final int burst;
    private final int perSecond;
    private final LongSupplier nanoTime;
    private double left;
    private long countedAt;

    Allowance(int burst, int perSecond, LongSupplier nanoTime) {
      this.burst = burst;
      this.perSecond = perSecond;
      this.nanoTime = nanoTime;
      this.left = burst;
      this.countedAt = nanoTime.getAsLong();
    }

    void take() {
      left--;
    }

    void earn(int more) {
      left = Math.min(burst, left + more);
    }

    /** Whether more was taken than there was; the time is looked at only then. */
    boolean usedUp() {
      if (left >= 0) {
        return false;
      }
      var now = nanoTime.getAsLong();
      left = Math.min(burst, left + perSecond * ((now - countedAt) / NANOS_PER_SECOND));
      countedAt = now;
      return left < 0;
    }
  }
}
