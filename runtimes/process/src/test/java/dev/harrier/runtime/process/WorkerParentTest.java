package dev.harrier.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.harrier.runtime.process.outcome.ExitRecord;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The line to a parent, spoken to from a parent's end by the test. */
final class WorkerParentTest {
  private static final String IDENTITY =
      "{'incarnation': 'i', 'boot_id': 'b', 'pid': 1, 'start_ticks': 1}";

  @TempDir private Path folder = Path.of("");

  @Test
  void a_refused_start_and_a_listener_that_throws_leave_the_line_open() throws Exception {
    var heard = new CopyOnWriteArrayList<String>();
    var socket = UnixDomainSocketAddress.of(folder.resolve("s"));
    try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      server.bind(socket);
      var script =
          List.of(
              "{'id': 1, 'running': [], 'identity': " + IDENTITY + "}",
              "{'event': 'started', 'attempt': 'boom', 'at': 1}\nnonsense\n"
                  + "{'id': 2, 'failed': 'out of processes'}",
              "{'id': 3, 'state': 'started'}");
      var spoken = threads.submit(() -> speak(server, script));
      try (var parent = WorkerParent.connect(socket.getPath(), "token", new Ears(heard))) {

        assertThatThrownBy(() -> parent.start("a", new JsonObject()))
            .isInstanceOf(WorkerParent.RefusedException.class)
            .hasMessageContaining("out of processes");

        assertThat(parent.open()).isTrue();
        assertThat(parent.start("b", new JsonObject())).isTrue();
        assertThat(heard).containsExactly("boom");
      }
      assertThat(spoken.get()).containsExactly("hello", "start", "start");
    }
  }

  private static List<String> speak(ServerSocketChannel server, List<String> script)
      throws IOException {
    var asked = new CopyOnWriteArrayList<String>();
    try (SocketChannel channel = server.accept();
        var lines = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8))) {
      for (var answer : script) {
        asked.add(
            JsonParser.parseString(lines.readLine()).getAsJsonObject().get("do").getAsString());
        channel.write(
            ByteBuffer.wrap((answer.replace('\'', '"') + "\n").getBytes(StandardCharsets.UTF_8)));
      }
    }
    return asked;
  }

  private record Ears(List<String> heard) implements WorkerParent.Listener {
    @Override
    public void started(WorkerParent parent, String attempt, Instant at) {
      heard.add(attempt);
      throw new IllegalStateException("the listener of this test throws");
    }

    @Override
    public void ended(String attempt, ExitRecord record) {
      heard.add("end of " + attempt);
    }

    @Override
    public void gone(WorkerParent parent) {
      // Its end is not what this test is about.
    }
  }
}
