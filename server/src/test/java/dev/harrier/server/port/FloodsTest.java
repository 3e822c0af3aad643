package dev.harrier.server.port;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.server.EdgeUnderTest;
import dev.harrier.server.page.LivenessPage;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Frames of HTTP/2 that cost their sender nothing, sent without end by nobody in particular. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FloodsTest {
  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  private static final int ROUND = 100;

  /** Some stand in the buffers of both ends when the server has had enough. */
  private static final int FRAMES_MAX = 400_000;

  private static final int MILLIS_MAX = 20_000;
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int PRIORITY = 2;
  private static final int RESET = 3;
  private static final int SETTINGS = 4;
  private static final int PING = 6;
  private static final int GO_AWAY = 7;
  private static final int WINDOW_UPDATE = 8;
  private static final int CONTINUATION = 9;
  private static final int STREAMS_SETTING = 3;
  private static final byte[] NOTHING = {};

  private final EdgeUnderTest edge;

  FloodsTest() throws IOException {
    edge = EdgeUnderTest.serving(List.of(new LivenessPage()));
  }

  @AfterAll
  void stop() {
    edge.close();
  }

  /** What one round of a flood sends. */
  @FunctionalInterface
  private interface Flood {
    void send(ByteArrayOutputStream out, int number);
  }

  static Stream<Arguments> floods() {
    return Stream.of(
        Arguments.of("pings", NOTHING, flood((out, n) -> frame(out, PING, 0, 0, new byte[8]))),
        Arguments.of("settings", NOTHING, flood((out, n) -> frame(out, SETTINGS, 0, 0, NOTHING))),
        Arguments.of(
            "priorities",
            NOTHING,
            flood((out, n) -> frame(out, PRIORITY, 0, 2 * n + 1, new byte[5]))),
        Arguments.of("unknown frames", NOTHING, flood((out, n) -> frame(out, 0x77, 0, 0, NOTHING))),
        Arguments.of(
            "windows",
            NOTHING,
            flood((out, n) -> frame(out, WINDOW_UPDATE, 0, 0, new byte[] {0, 0, 0, 1}))),
        Arguments.of(
            "empty continuations",
            begun(0),
            flood((out, n) -> frame(out, CONTINUATION, 0, 1, NOTHING))),
        Arguments.of("empty data", begun(4), flood((out, n) -> frame(out, DATA, 0, 1, NOTHING))),
        Arguments.of(
            "requests that their sender resets",
            NOTHING,
            flood(
                (out, n) -> {
                  frame(out, HEADERS, 5, 2 * n + 1, request());
                  frame(out, RESET, 0, 2 * n + 1, new byte[] {0, 0, 0, 8});
                })),
        Arguments.of(
            "requests that the server must reset",
            NOTHING,
            flood(
                (out, n) -> {
                  frame(out, HEADERS, 4, 2 * n + 1, request());
                  frame(out, WINDOW_UPDATE, 0, 2 * n + 1, new byte[4]);
                })));
  }

  private static Flood flood(Flood flood) {
    return flood;
  }

  private static byte[] begun(int flags) {
    var out = new ByteArrayOutputStream();
    frame(out, HEADERS, flags, 1, request());
    return out.toByteArray();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("floods")
  void a_flood_ends_its_connection(String name, byte[] before, Flood flood) throws Exception {
    try (var socket = connected()) {
      var out = socket.getOutputStream();
      out.write(before);
      var reader = Thread.ofVirtual().start(() -> readAll(socket));
      var sent = 0;
      var ended = false;
      var until = System.nanoTime() + MILLIS_MAX * 1_000_000L;
      while (!ended && sent < FRAMES_MAX && System.nanoTime() < until) {
        var round = new ByteArrayOutputStream();
        for (var i = 0; i < ROUND; i++) {
          flood.send(round, sent + i);
        }
        sent += ROUND;
        try {
          out.write(round.toByteArray());
        } catch (IOException cutOff) {
          ended = true;
        }
      }

      assertThat(ended).as("cut off after %s frames", sent).isTrue();
      reader.join();
    }
    assertThat(SpokenHttp2.to(edge.number(), "/healthcheck", "")).isEqualTo(SpokenHttp2.ANSWERED);
  }

  @Test
  void a_connection_may_have_a_thousand_calls_at_once_and_is_told_so() throws IOException {
    try (var socket = connected()) {
      var in = new DataInputStream(socket.getInputStream());

      var streams = new AtomicInteger(-1);
      while (streams.get() < 0) {
        var length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        var type = in.readUnsignedByte();
        in.skipNBytes(5);
        for (var read = 0; type == SETTINGS && read < length; read += 6) {
          var setting = in.readUnsignedShort();
          var value = in.readInt();
          if (setting == STREAMS_SETTING) {
            streams.set(value);
          }
        }
        in.skipNBytes(type == SETTINGS ? 0 : length);
      }

      assertThat(streams).hasValue(1_000);
    }
  }

  @Test
  void pings_of_a_client_that_measures_its_line_are_answered() throws IOException {
    try (var socket = connected()) {
      var in = new DataInputStream(socket.getInputStream());
      var answered = 0;
      while (answered < 5_000) {
        var ping = new ByteArrayOutputStream();
        frame(ping, PING, 0, 0, new byte[8]);
        socket.getOutputStream().write(ping.toByteArray());
        var type = -1;
        while (type != PING) {
          var length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
          type = in.readUnsignedByte();
          assertThat(type).isNotEqualTo(GO_AWAY);
          in.skipNBytes(5 + length);
        }
        answered++;
      }
    }
  }

  private Socket connected() throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), edge.number());
    socket.setSoTimeout(MILLIS_MAX);
    var start = new ByteArrayOutputStream();
    start.writeBytes(PREFACE.getBytes(StandardCharsets.US_ASCII));
    frame(start, SETTINGS, 0, 0, NOTHING);
    socket.getOutputStream().write(start.toByteArray());
    return socket;
  }

  // A client that does not read is stopped by other means.
  private static void readAll(Socket socket) {
    try {
      socket.getInputStream().transferTo(OutputStream.nullOutputStream());
    } catch (IOException ended) {
      // As is to be shown.
    }
  }

  private static byte[] request() {
    var block = new ByteArrayOutputStream();
    // HPACK's table: GET, http; then literals of :path and :authority.
    block.write(0x82);
    block.write(0x86);
    literal(block, 0x04, "/healthcheck");
    literal(block, 0x01, "localhost");
    return block.toByteArray();
  }

  private static void literal(ByteArrayOutputStream block, int name, String value) {
    block.write(name);
    block.write(value.length());
    block.writeBytes(value.getBytes(StandardCharsets.US_ASCII));
  }

  private static void frame(
      ByteArrayOutputStream out, int type, int flags, int stream, byte[] content) {
    out.write(content.length >> 16);
    out.write(content.length >> 8);
    out.write(content.length);
    out.write(type);
    out.write(flags);
    out.write(stream >> 24);
    out.write(stream >> 16);
    out.write(stream >> 8);
    out.write(stream);
    out.writeBytes(content);
  }
}
