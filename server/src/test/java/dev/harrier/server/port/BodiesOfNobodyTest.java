package dev.harrier.server.port;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.HttpService;
import dev.harrier.server.EdgeUnderTest;
import dev.harrier.server.config.ConfigReader;
import flyteidl.admin.ExecutionOuterClass.ExecutionCreateRequest;
import flyteidl.admin.ExecutionOuterClass.ExecutionCreateResponse;
import flyteidl.service.AdminServiceGrpc.AdminServiceImplBase;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who sends a body before anybody knows them costs the server next to nothing. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BodiesOfNobodyTest {
  private static final int SENDERS = 200;
  private static final int ANNOUNCED_BYTES = 9 << 20;

  /** Of what it announced, each sender sends as much as the server's sockets and windows take. */
  private static final int SENT_BYTES = 1 << 20;

  private static final long GROWTH_BYTES_MAX = 64L << 20;

  /** Of 64 calls at once an eighth for pages, of these a quarter for one address. */
  private static final int ARRIVING_MAX = 2;

  private static final int ANSWER_MILLIS = 20_000;

  private final EdgeUnderTest edge;

  BodiesOfNobodyTest() throws IOException {
    var config =
        ConfigReader.read(Optional.empty(), Map.of(), Map.of("server.callsMax", "64")).server();
    edge =
        EdgeUnderTest.serving(
            config, Optional.empty(), List.of(formPage()), access -> List.of(new Creating()));
  }

  @AfterAll
  void stop() {
    edge.close();
  }

  private static Page formPage() {
    HttpService service =
        (context, request) ->
            HttpResponse.of(
                request
                    .aggregate()
                    .thenApply(
                        whole -> HttpResponse.of(HttpStatus.OK, MediaType.PLAIN_TEXT, "in")));
    return server -> server.route().post("/form").build(service);
  }

  @Test
  void the_api_refuses_nobody_by_the_headers_and_keeps_none_of_the_body() throws Exception {
    assertThat(known().statusCode()).isEqualTo(200);
    var before = usedBytes();
    var senders = new ArrayList<Socket>();
    try {
      for (var i = 0; i < SENDERS; i++) {
        var sender = begun("/api/v1/executions", ANNOUNCED_BYTES);
        senders.add(sender);
        // The rest of the body never comes, and the answer does.
        assertThat(status(sender)).isEqualTo(401);
        trickle(sender);
      }

      assertThat(known().statusCode()).isEqualTo(200);
      assertThat(usedBytes() - before).isLessThan(GROWTH_BYTES_MAX);
    } finally {
      for (var sender : senders) {
        sender.close();
      }
    }
  }

  /** A stream that is reset takes its answer with it, if the client has not read it yet. */
  @ParameterizedTest
  @ValueSource(ints = {1, 40 << 10})
  void nobody_hears_so_every_time_over_one_connection(int sizeBytes) throws Exception {
    var nobody =
        HttpRequest.newBuilder(edge.url().resolve("/api/v1/executions"))
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofByteArray(new byte[sizeBytes]));

    for (var i = 0; i < SENDERS; i++) {
      assertThat(edge.send(nobody).statusCode()).isEqualTo(401);
    }
  }

  @Test
  void slow_forms_of_one_address_fill_a_small_share_and_end_by_the_servers_word() throws Exception {
    var slow = new ArrayList<Socket>();
    try {
      for (var i = 0; i < 4 * ARRIVING_MAX; i++) {
        slow.add(begun("/form", 1_000));
      }

      assertThat(known().statusCode()).isEqualTo(200);
      var statuses = new ArrayList<Integer>();
      for (var one : slow) {
        statuses.add(status(one));
      }
      assertThat(statuses)
          .containsOnly(429, 408)
          .filteredOn(status -> status == 408)
          .hasSize(ARRIVING_MAX);
      var next = edge.send(edge.request("/form").POST(BodyPublishers.ofString("a=b")));
      assertThat(next.statusCode()).isEqualTo(200);
    } finally {
      for (var one : slow) {
        one.close();
      }
    }
  }

  @Test
  void a_form_is_no_more_than_a_form() throws Exception {
    var fits = "a".repeat((int) PageRooms.BODY_BYTES_MAX);

    assertThat(edge.send(edge.request("/form").POST(BodyPublishers.ofString(fits))).statusCode())
        .isEqualTo(200);
    assertThat(
            edge.send(edge.request("/form").POST(BodyPublishers.ofString(fits + "a"))).statusCode())
        .isEqualTo(413);
  }

  private java.net.http.HttpResponse<String> known() throws Exception {
    return edge.send(
        edge.request("/api/v1/executions")
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString("{\"project\":\"p\"}")));
  }

  private Socket begun(String path, int announcedBytes) throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), edge.number());
    socket.setSoTimeout(ANSWER_MILLIS);
    var head =
        "POST %s HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: %s\r\n\r\n{"
            .formatted(path, announcedBytes);
    socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().flush();
    return socket;
  }

  private static void trickle(Socket socket) {
    try {
      socket.getOutputStream().write(new byte[SENT_BYTES]);
    } catch (IOException cut) {
      // It may as well end the connection of whom it has answered.
    }
  }

  private static int status(Socket socket) throws IOException {
    var line = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
    assertThat(line).startsWith("HTTP/1.1 ");
    return Integer.parseInt(line.substring(9));
  }

  private static long usedBytes() {
    var memory = ManagementFactory.getMemoryMXBean();
    memory.gc();
    return memory.getHeapMemoryUsage().getUsed()
        + ManagementFactory.getPlatformMXBeans(java.lang.management.BufferPoolMXBean.class).stream()
            .mapToLong(java.lang.management.BufferPoolMXBean::getMemoryUsed)
            .sum();
  }

  private static final class Creating extends AdminServiceImplBase {
    @Override
    public void createExecution(
        ExecutionCreateRequest request, StreamObserver<ExecutionCreateResponse> answer) {
      answer.onNext(ExecutionCreateResponse.getDefaultInstance());
      answer.onCompleted();
    }
  }
}
