package dev.harrier.server.port;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ResponseHeaders;
import dev.harrier.security.rpc.IdentityRpc;
import dev.harrier.server.EdgeUnderTest;
import dev.harrier.server.page.LivenessPage;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CrossOriginTest {
  private static final String CONSOLE = "https://console.example.org";

  private final EdgeUnderTest edge;

  CrossOriginTest() throws IOException {
    Page people =
        server -> server.service("exact:/login", (context, request) -> HttpResponse.of("form"));
    Page own =
        server ->
            server.service(
                "exact:/own",
                (context, request) ->
                    HttpResponse.of(
                        ResponseHeaders.builder(HttpStatus.OK)
                            .set(HttpHeaderNames.CONTENT_SECURITY_POLICY, "sandbox")
                            .build()));
    edge =
        EdgeUnderTest.serving(
            TlsUnderTest.config(
                Map.of(
                    "server.security.allowedOrigins",
                    CONSOLE + ",http://localhost:3000",
                    "server.security.allowedHeaders",
                    "X-Extra")),
            Optional.empty(),
            List.of(new LivenessPage(), people, own),
            access -> List.of(new IdentityRpc()));
  }

  @AfterAll
  void stop() {
    edge.close();
  }

  @Test
  void a_page_of_a_listed_origin_may_ask_with_its_users_login() throws IOException {
    var preflight =
        ask("OPTIONS /api/v1/projects", "Origin: " + CONSOLE, "Access-Control-Request-Method: PUT");
    var call = ask("GET /healthcheck", "Origin: " + CONSOLE);

    assertThat(preflight.statuses()).containsExactly(204);
    assertThat(preflight.text())
        .contains("access-control-allow-origin: " + CONSOLE)
        .contains("access-control-allow-credentials: true")
        .contains("access-control-allow-methods: GET, POST, PUT, DELETE, PATCH, HEAD")
        .contains("accept, accept-language, content-language, content-type, x-extra")
        .contains("vary: origin");
    assertThat(call.statuses()).containsExactly(200);
    assertThat(call.text())
        .contains("access-control-allow-origin: " + CONSOLE)
        .contains("access-control-allow-credentials: true")
        .contains("vary: origin");
  }

  @Test
  void it_sees_why_it_was_refused() throws IOException {
    var call = ask("GET /api/v1/projects", "Origin: " + CONSOLE);

    assertThat(call.text()).contains("access-control-allow-origin: " + CONSOLE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example.org",
        "http://console.example.org",
        "https://console.example.org:8443",
        "https://console.example.org.evil.org",
        "https://evilconsole.example.org",
        "https://CONSOLE.example.org",
        "http://localhost",
        "http://localhost:30000",
        "null",
        "*",
      })
  void any_other_origin_is_told_nothing_and_changes_nothing(String origin) throws IOException {
    var preflight =
        ask("OPTIONS /api/v1/projects", "Origin: " + origin, "Access-Control-Request-Method: POST");
    var change = ask("POST /api/v1/projects", "Origin: " + origin, "Content-Length: 0");
    var read = ask("GET /healthcheck", "Origin: " + origin);

    assertThat(preflight.statuses()).containsExactly(403);
    assertThat(change.statuses()).containsExactly(403);
    assertThat(change.text()).contains("server.security.allowedOrigins");
    assertThat(read.statuses()).containsExactly(200);
    for (var answer : List.of(preflight, change, read)) {
      assertThat(answer.text()).doesNotContain("access-control-").contains("vary: origin");
    }
  }

  @Test
  void the_servers_own_pages_need_no_leave() throws IOException {
    var change = ask("POST /healthcheck", "Origin: " + edge.url(), "Content-Length: 0");

    assertThat(change.statuses()).containsExactly(200);
    assertThat(change.text()).doesNotContain("access-control-");
  }

  @Test
  void pages_where_people_log_in_are_read_by_no_other_page() throws IOException {
    var read = ask("GET /login", "Origin: " + CONSOLE);
    var change = ask("POST /login", "Origin: " + CONSOLE, "Content-Length: 0");

    assertThat(read.text()).doesNotContain("access-control-");
    assertThat(change.statuses()).containsExactly(403);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET /healthcheck", "GET /nowhere", "GET /api/v1/projects", "PUT /"})
  void every_answer_has_the_security_headers(String line) throws IOException {
    var answer = ask(line, "Content-Length: 0");

    assertThat(answer.text())
        .contains("content-security-policy: default-src 'none'; object-src 'none'; base-uri 'none'")
        .contains("frame-ancestors 'none'")
        .contains("x-content-type-options: nosniff")
        .contains("referrer-policy: no-referrer")
        .contains("cross-origin-opener-policy: same-origin")
        .contains("cross-origin-resource-policy: same-origin");
  }

  @Test
  void a_page_keeps_its_own_policy() throws IOException {
    assertThat(ask("GET /own").text())
        .contains("content-security-policy: sandbox\r\n")
        .doesNotContain("default-src");
  }

  @Test
  void what_a_proxy_says_of_the_caller_is_not_believed() throws IOException {
    var answer =
        ask(
            "GET /me",
            "X-Forwarded-User: admin",
            "X-User-Subject: admin",
            "X-Forwarded-For: 127.0.0.1",
            "Forwarded: for=127.0.0.1",
            "Grpc-Metadata-UserInfo-bin: e30=",
            "UserInfo-bin: e30=",
            "from_http: true");

    assertThat(answer.statuses()).containsExactly(401);
  }

  private Spoken ask(String line, String... headers) throws IOException {
    var more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
    return Spoken.once(
        edge.number(),
        line + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + more + "\r\n");
  }
}
