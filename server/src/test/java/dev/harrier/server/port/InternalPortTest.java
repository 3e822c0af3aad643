package dev.harrier.server.port;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import dev.harrier.server.config.ConfigReader;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What somebody whom nobody knows can take of the port that propellers call. */
final class InternalPortTest {
  /** Of 64 calls at once an eighth for pages, of these a quarter for one address. */
  private static final int ARRIVING_MAX = 2;

  private static final int ANSWER_MILLIS = 20_000;
  private static final int SETTINGS = 4;
  private static final int STREAMS = 3;

  private final InternalPort port;

  InternalPortTest() throws IOException {
    var config =
        ConfigReader.read(
                Optional.empty(),
                Map.of(),
                Map.of("server.internal.port", "0", "server.callsMax", "64"))
            .server();
    port =
        InternalPort.of(
            config,
            Optional.empty(),
            List.of(),
            List.of(
                server ->
                    server
                        .route()
                        .post("/form")
                        .build(
                            (context, request) ->
                                HttpResponse.of(
                                    request
                                        .aggregate()
                                        .thenApply(whole -> HttpResponse.of(HttpStatus.OK)))),
                server ->
                    server
                        .route()
                        .get("/never")
                        .build((context, request) -> HttpResponse.of(new CompletableFuture<>()))),
            1 << 20,
            new SimpleMeterRegistry());
    port.start();
  }

  @AfterEach
  void stop() {
    port.close();
  }

  @Test
  void slow_requests_of_one_address_fill_a_small_share_and_end() throws Exception {
    var slow = new ArrayList<Socket>();
    try {
      for (var i = 0; i < 4 * ARRIVING_MAX; i++) {
        slow.add(sent("POST /form HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000\r\n\r\n{"));
      }

      var statuses = new ArrayList<Integer>();
      for (var one : slow) {
        statuses.add(status(one));
      }
      assertThat(statuses)
          .containsOnly(429, 408)
          .filteredOn(status -> status == 408)
          .hasSize(ARRIVING_MAX);
    } finally {
      for (var one : slow) {
        one.close();
      }
    }
  }

  @Test
  void what_is_no_call_is_answered_in_time_or_not_at_all() throws Exception {
    try (var asked = sent("GET /never HTTP/1.1\r\nhost: localhost\r\n\r\n")) {

      assertThat(status(asked)).isEqualTo(503);
    }
  }

  @Test
  void a_connection_has_so_many_streams_and_not_endless_ones() throws Exception {
    try (var socket = sent("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0")) {
      var in = new DataInputStream(socket.getInputStream());
      var length = (in.readUnsignedByte() << 16) | in.readUnsignedShort();
      assertThat(in.readUnsignedByte()).isEqualTo(SETTINGS);
      in.skipNBytes(5);

      var settings = new HashMap<Integer, Integer>();
      for (var read = 0; read < length; read += 6) {
        settings.put(in.readUnsignedShort(), in.readInt());
      }

      assertThat(settings).containsEntry(STREAMS, 100);
    }
  }

  private Socket sent(String text) throws IOException {
    var socket = new Socket(InetAddress.getByName(port.url().getHost()), port.url().getPort());
    socket.setSoTimeout(ANSWER_MILLIS);
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
    return socket;
  }

  private static int status(Socket socket) throws IOException {
    var line = new StringBuilder();
    for (var next = socket.getInputStream().read();
        next >= 0;
        next = socket.getInputStream().read()) {
      if (next == '\r') {
        break;
      }
      line.append((char) next);
    }
    return Integer.parseInt(line.toString().split(" ", -1)[1]);
  }
}
