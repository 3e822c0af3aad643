package dev.harrier.server.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.harrier.server.EdgeUnderTest;
import dev.harrier.server.config.ServerConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ApiPortTest {

  @Test
  void a_port_that_is_in_use_is_named_with_the_flag_that_chooses_another() throws IOException {
    try (var edge = EdgeUnderTest.serving()) {
      var taken = edge.url().getPort();
      var second =
          ApiPort.of(
              ServerConfig.DEFAULTS,
              taken,
              edge.url(),
              Optional.empty(),
              List.of(),
              List.of(),
              new SimpleMeterRegistry());

      assertThatThrownBy(second::start)
          .isInstanceOf(PortInUseException.class)
          .hasMessageContaining("Port " + taken)
          .hasMessageContaining("--port");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "[::1]", "localhost"})
  void both_loopback_addresses_answer(String host) throws Exception {
    try (var edge = EdgeUnderTest.serving();
        var client = HttpClient.newHttpClient()) {
      var url = URI.create("http://%s:%s/nowhere".formatted(host, edge.url().getPort()));

      var answer =
          client.send(HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.ofString());

      assertThat(answer.statusCode()).isEqualTo(404);
      assertThat(answer.headers().map()).doesNotContainKeys("server", "date");
    }
  }
}
