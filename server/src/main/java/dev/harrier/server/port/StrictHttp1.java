package dev.harrier.server.port;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Lets through only requests of HTTP/1 whose end every reader sees at the same place (RFC 9112). In
 * front of Netty's own reader, which forgives what a proxy before it may understand otherwise: a
 * length beside chunks, folded lines, codings that are none. Behind the first request that breaks
 * the rules nothing of the connection is read.
 */
final class StrictHttp1 extends ByteToMessageDecoder {
  /** Netty refuses a head of more than 8 KiB in any line; the whole has this many at most. */
  private static final int HEAD_BYTES_MAX = 64 * 1024;

  private static final int CHUNK_LINE_BYTES_MAX = 256;
  private static final byte LINE_FEED = '\n';
  private static final int NOT_YET = -1;
  private static final int BROKEN_LINE = -2;
  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  private static final Pattern REQUEST_LINE =
      Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+ [\\x21-\\x7e\\x80-\\xff]+ HTTP/1\\.[01]");
  private static final Pattern FIELD =
      Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+):([\\t\\x20-\\x7e\\x80-\\xff]*)");
  private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");
  private static final Pattern CHUNK =
      Pattern.compile("([0-9A-Fa-f]{1,15})([ \\t]*;[\\t\\x20-\\x7e]*)?");

  /** What the reader behind answers with 400, in its order, before it closes. */
  private static final byte[] BROKEN =
      "GET / HTTP/1.1\r\nhost: x\r\ncontent-length: broken\r\n\r\n"
          .getBytes(StandardCharsets.US_ASCII);

  private enum At {
    HEAD,
    BODY,
    CHUNK_LINE,
    CHUNK,
    TRAILER,
    NOWHERE
  }

  private At at = At.HEAD;
  private final HeadWait wait;
  private long left;
  private int looked;
  private boolean first = true;
  private boolean upgrading;

  /**
   * @param wait that ends when a head is whole, and begins when one is not
   */
  StrictHttp1(HeadWait wait) {
    this.wait = requireNonNull(wait, "wait");
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    switch (at) {
      case HEAD -> head(context, in, out);
      case BODY, CHUNK -> body(in, out);
      case CHUNK_LINE -> chunkLine(in, out);
      case TRAILER -> trailer(in, out);
      case NOWHERE -> in.skipBytes(in.readableBytes());
    }
  }

  private void head(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    if ((first || upgrading) && mayBePreface(in)) {
      if (in.readableBytes() >= PREFACE.length()) {
        // From here on it is HTTP/2, whose frames have lengths of their own.
        context.pipeline().replace(this, null, new Http2Frames(wait));
      }
      return;
    }
    var length = end(in, true);
    if (length < 0) {
      if (length == BROKEN_LINE || in.readableBytes() > HEAD_BYTES_MAX) {
        refuse(in, out);
      } else {
        wait.begin();
      }
      return;
    }
    wait.over();
    var text = in.toString(in.readerIndex(), length, StandardCharsets.ISO_8859_1);
    if (length > HEAD_BYTES_MAX || !sound(text.substring(0, length - 4))) {
      refuse(in, out);
      return;
    }
    first = false;
    out.add(in.readRetainedSlice(length));
  }

  /** Takes a head in, and whether its body has one end. */
  private boolean sound(String head) {
    // An empty line before a request is allowed, and some old clients send one.
    var lines = (head.startsWith("\r\n") ? head.substring(2) : head).split("\r\n", -1);
    if (!REQUEST_LINE.matcher(lines[0]).matches()) {
      return false;
    }
    var lengths = 0;
    var codings = 0;
    var hosts = 0;
    var asksUpgrade = false;
    left = 0;
    for (var i = 1; i < lines.length; i++) {
      var field = FIELD.matcher(lines[i]);
      if (!field.matches()) {
        return false;
      }
      var value = field.group(2).strip();
      switch (field.group(1).toLowerCase(Locale.ROOT)) {
        case "content-length" -> {
          lengths++;
          if (!LENGTH.matcher(value).matches()) {
            return false;
          }
          left = Long.parseLong(value);
        }
        case "transfer-encoding" -> {
          codings++;
          if (!value.equalsIgnoreCase("chunked")) {
            return false;
          }
        }
        case "host" -> hosts++;
        case "upgrade" -> asksUpgrade = value.equalsIgnoreCase("h2c");
        default -> {
          // Where a request ends does not depend on it.
        }
      }
    }
    if (lengths + codings > 1 || hosts > 1 || (codings > 0 && lines[0].endsWith("HTTP/1.0"))) {
      return false;
    }
    upgrading = asksUpgrade;
    at = codings > 0 ? At.CHUNK_LINE : left > 0 ? At.BODY : At.HEAD;
    return true;
  }

  private void body(ByteBuf in, List<Object> out) {
    var length = (int) Math.min(left, in.readableBytes());
    if (length == 0) {
      return;
    }
    left -= length;
    if (left == 0) {
      if (at == At.CHUNK
          && (in.getByte(in.readerIndex() + length - 1) != '\n'
              || (length > 1 && in.getByte(in.readerIndex() + length - 2) != '\r'))) {
        refuse(in, out);
        return;
      }
      at = at == At.CHUNK ? At.CHUNK_LINE : At.HEAD;
    }
    out.add(in.readRetainedSlice(length));
  }

  private void chunkLine(ByteBuf in, List<Object> out) {
    var length = end(in, false);
    if (length < 0) {
      if (length == BROKEN_LINE || in.readableBytes() > CHUNK_LINE_BYTES_MAX) {
        refuse(in, out);
      }
      return;
    }
    var line =
        CHUNK.matcher(in.toString(in.readerIndex(), length - 2, StandardCharsets.ISO_8859_1));
    if (length > CHUNK_LINE_BYTES_MAX || !line.matches()) {
      refuse(in, out);
      return;
    }
    var size = Long.parseLong(line.group(1), 16);
    at = size == 0 ? At.TRAILER : At.CHUNK;
    // With the line's end behind the bytes.
    left = size + 2;
    out.add(in.readRetainedSlice(length));
  }

  private void trailer(ByteBuf in, List<Object> out) {
    var length = end(in, false);
    if (length < 0) {
      if (length == BROKEN_LINE || in.readableBytes() > HEAD_BYTES_MAX) {
        refuse(in, out);
      }
      return;
    }
    var line = in.toString(in.readerIndex(), length - 2, StandardCharsets.ISO_8859_1);
    if (line.isEmpty()) {
      at = At.HEAD;
    } else if (!FIELD.matcher(line).matches()) {
      refuse(in, out);
      return;
    }
    out.add(in.readRetainedSlice(length));
  }

  private void refuse(ByteBuf in, List<Object> out) {
    at = At.NOWHERE;
    in.skipBytes(in.readableBytes());
    out.add(Unpooled.wrappedBuffer(BROKEN));
  }

  private static boolean mayBePreface(ByteBuf in) {
    var length = Math.min(in.readableBytes(), PREFACE.length());
    return length > 0
        && in.toString(in.readerIndex(), length, StandardCharsets.ISO_8859_1)
            .equals(PREFACE.substring(0, length));
  }

  /**
   * How many bytes there are up to and with the next line's end, or the next empty line's; negative
   * if it has not come yet, or never will. Each byte is looked at once, however small the pieces
   * are that they come in.
   */
  private int end(ByteBuf in, boolean ofEmptyLine) {
    var from = in.readerIndex();
    for (var i = in.indexOf(from + looked, in.writerIndex(), LINE_FEED);
        i >= 0;
        i = in.indexOf(i + 1, in.writerIndex(), LINE_FEED)) {
      looked = i + 1 - from;
      if (looked < 2 || in.getByte(i - 1) != '\r') {
        return BROKEN_LINE;
      }
      // Every line feed before it has been found to stand behind its own CR.
      if (!ofEmptyLine || (looked >= 4 && in.getByte(i - 2) == LINE_FEED)) {
        var length = looked;
        looked = 0;
        return length;
      }
    }
    looked = in.readableBytes();
    return NOT_YET;
  }
}
