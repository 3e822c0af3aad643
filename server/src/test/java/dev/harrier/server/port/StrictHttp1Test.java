package dev.harrier.server.port;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A head that comes in small pieces, slowly or never. */
final class StrictHttp1Test {
  private static final int PIECE_BYTES = 16;

  @Test
  void a_head_in_small_pieces_costs_as_much_a_byte_however_long_it_is() {
    assertThat(nanos(2_000)).isPositive();

    var longer = least(8 * 1_500);
    var shorter = least(1_500);

    // Eight times the lines; read from the start with each piece it is sixty-four times the work.
    assertThat((double) longer / shorter).isLessThan(25);
  }

  private static long least(int lines) {
    return LongStream.range(0, 5).map(round -> nanos(lines)).min().orElseThrow();
  }

  private static long nanos(int lines) {
    var text = "GET / HTTP/1.1\r\n" + "a:\r\n".repeat(lines);
    var channel = channel();
    var began = System.nanoTime();
    for (var at = 0; at < text.length(); at += PIECE_BYTES) {
      write(channel, text.substring(at, Math.min(text.length(), at + PIECE_BYTES)));
    }
    var took = System.nanoTime() - began;
    assertThat(channel.<Object>readInbound()).as("nothing is passed on yet").isNull();
    var unused = channel.finishAndReleaseAll();
    return took;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x\n",
        "\n",
        "GET / HTTP/1.1\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n4\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\na\n"
      })
  void a_line_feed_without_its_return_is_refused_at_once(String text) {
    var channel = channel();

    for (var at = 0; at < text.length(); at++) {
      write(channel, text.substring(at, at + 1));
    }

    assertThat(all(channel)).contains("content-length: broken");
  }

  @Test
  void a_connection_without_a_request_is_closed() {
    var channel = new EmbeddedChannel();
    FirstBytes.watch(channel.pipeline());

    later(channel, HeadWait.MAX.toMillis() - 1_000);
    assertThat(channel.isOpen()).isTrue();
    later(channel, 1_001);

    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void a_connection_that_stops_in_the_middle_of_a_head_is_closed_also_behind_a_request() {
    var channel = new EmbeddedChannel();
    FirstBytes.watch(channel.pipeline());

    write(channel, "GET / HTTP/1.1\r\n\r\n");
    later(channel, 10 * HeadWait.MAX.toMillis());
    assertThat(channel.isOpen()).isTrue();
    write(channel, "GET / HTTP/1.1\r\nX: ");
    later(channel, HeadWait.MAX.toMillis() + 1);

    assertThat(channel.isOpen()).isFalse();
    var unused = channel.finishAndReleaseAll();
  }

  @Test
  void a_connection_of_http2_without_a_request_is_closed() {
    var channel = new EmbeddedChannel();
    FirstBytes.watch(channel.pipeline());

    write(channel, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0");
    later(channel, HeadWait.MAX.toMillis() + 1);

    assertThat(channel.isOpen()).isFalse();
    var unused = channel.finishAndReleaseAll();
  }

  private static EmbeddedChannel channel() {
    var channel = new EmbeddedChannel();
    channel.pipeline().addLast(new StrictHttp1(new HeadWait(channel)));
    return channel;
  }

  private static void later(EmbeddedChannel channel, long millis) {
    channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
    var unused = channel.runScheduledPendingTasks();
  }

  private static void write(EmbeddedChannel channel, String bytes) {
    var unused = channel.writeInbound(Unpooled.copiedBuffer(bytes, StandardCharsets.ISO_8859_1));
  }

  private static String all(EmbeddedChannel channel) {
    var text = new StringBuilder();
    for (ByteBuf part = channel.readInbound(); part != null; part = channel.readInbound()) {
      text.append(part.toString(StandardCharsets.ISO_8859_1));
      part.release();
    }
    return text.toString();
  }
}
