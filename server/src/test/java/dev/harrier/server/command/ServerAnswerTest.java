package dev.harrier.server.command;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.harrier.server.home.ClientSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ServerAnswerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  @Test
  void a_server_that_says_nothing_and_none_at_all_are_told_apart() throws Exception {
    int port;
    try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = silent.getLocalPort();
      assertThatThrownBy(() -> ask(port))
          .isInstanceOf(IOException.class)
          .hasMessage(
              "The server at http://127.0.0.1:%s has not answered for 1 seconds. Its log may say why."
                  .formatted(port));
    }

    assertThatThrownBy(() -> ask(port))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "No server answers at http://127.0.0.1:%s. Start one with 'harrier start'."
                .formatted(port));
  }

  private static void ask(int port) throws Exception {
    var url = URI.create("http://127.0.0.1:" + port);
    var settings = new ClientSettings(url, "client", Path.of("secret"), Optional.empty());
    var unused = ServerAnswer.to(HttpRequest.newBuilder(url), settings, PATIENCE);
  }
}
