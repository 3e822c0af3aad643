package dev.harrier.server.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.linecorp.armeria.client.WebClient;
import com.sun.net.httpserver.HttpServer;
import dev.harrier.server.config.AdminConfig;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthGrpc;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a propeller makes of what answers in admin's place. */
final class AdminCredentialsTest {
  private final HttpServer admin;
  private volatile int status = 200;
  private volatile String answer = "";

  AdminCredentialsTest() throws IOException {
    admin = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    admin.createContext(
        "/oauth2/token",
        exchange -> {
          try (exchange) {
            var body = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
          }
        });
    admin.start();
  }

  @AfterEach
  void stop() {
    admin.stop(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<html>sign in</html>",
        "[]",
        "null",
        "{\"access_token\": \"t\"}",
        "{\"access_token\": \"t\", \"expires_in\": null}",
        "{\"access_token\": \"t\", \"expires_in\": \"soon\"}",
        "{\"access_token\": \"t\", \"expires_in\": 1e300}",
        "{\"access_token\": \"t\", \"expires_in\": [60]}",
        "{\"access_token\": {}, \"expires_in\": 60}"
      })
  void an_answer_that_is_none_of_an_authorization_server_is_told_as_one(String text) {
    answer = text;

    assertThatThrownBy(this::call)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            told -> {
              assertThat(told.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
              assertThat(told).hasMessageContaining("says what no authorization server does");
            });
  }

  @Test
  void a_refusal_is_told_in_its_own_words_or_by_its_status() {
    status = 401;
    answer = "{\"error\": \"invalid_client\", \"error_description\": \"no such client\"}";
    assertThatThrownBy(this::call).hasMessageContaining("no such client");

    answer = "{\"error_description\": [1]}";
    assertThatThrownBy(this::call).hasMessageContaining("401");
  }

  @Test
  void a_token_is_used_for_the_call() {
    answer = "{\"access_token\": \"t\", \"expires_in\": 60}";

    assertThatThrownBy(this::call).isInstanceOf(Called.class);
  }

  private void call() {
    var port = admin.getAddress().getPort();
    var config =
        new AdminConfig(
            "dns:///localhost:" + port,
            true,
            "flytepropeller",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    var credentials =
        new AdminCredentials(config, WebClient.of("http://127.0.0.1:" + port), Clock.systemUTC());
    var unused =
        credentials.interceptCall(
            HealthGrpc.getCheckMethod(), CallOptions.DEFAULT, new CallingChannel());
  }

  private static final class Called extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private static final class CallingChannel extends Channel {
    @Override
    public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
      throw new Called();
    }

    @Override
    public String authority() {
      return "admin";
    }
  }
}
