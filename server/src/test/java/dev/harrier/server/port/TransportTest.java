package dev.harrier.server.port;

import static dev.harrier.server.tls.MadeCertificate.recipe;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.linecorp.armeria.common.HttpResponse;
import dev.harrier.server.EdgeUnderTest;
import dev.harrier.server.page.LivenessPage;
import dev.harrier.server.tls.ServerCheck;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TransportTest {
  private final TlsUnderTest tls;
  private final EdgeUnderTest edge;

  TransportTest(@TempDir Path folder) throws Exception {
    tls = new TlsUnderTest(folder);
    edge = tls.serving(Map.of());
  }

  @AfterAll
  void stop() {
    edge.close();
  }

  @Test
  void no_client_has_a_reason_to_refuse_it_and_it_speaks_no_old_tls() throws Exception {
    var check = new ServerCheck(List.of(tls.certificateFile()));

    var report = check.look("localhost", edge.number(), Instant.now());

    assertThat(report.findings()).isEmpty();
    assertThat(report.seen()).hasValueSatisfying(seen -> assertThat(seen).contains("TLSv1.3"));
  }

  @Test
  void http2_is_agreed_in_the_handshake() throws Exception {
    assertThat(get(tls.trusting(), url("/healthcheck")).version())
        .isEqualTo(HttpClient.Version.HTTP_2);
  }

  @Test
  void plain_http_is_sent_to_the_servers_own_name_whatever_the_request_calls_it()
      throws IOException {
    var spoken =
        Spoken.once(
            edge.number(),
            "GET /api/v1/projects?limit=2 HTTP/1.1\r\nHost: evil.example.org\r\nX-Forwarded-Host: evil.example.org\r\nConnection: close\r\n\r\n");

    assertThat(spoken.statuses()).containsExactly(308);
    assertThat(spoken.text())
        .contains("location: https://localhost:" + edge.number() + "/api/v1/projects?limit=2")
        .doesNotContain("evil")
        .doesNotContain("strict-transport-security");
  }

  @Test
  void what_was_sent_in_the_clear_is_refused_with_a_sentence() throws IOException {
    var spoken =
        Spoken.once(
            edge.number(),
            "POST /oauth2/token HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");

    assertThat(spoken.statuses()).containsExactly(426);
    assertThat(spoken.text()).contains("This server speaks TLS");
  }

  @Test
  void a_further_port_sends_plain_http_on() throws Exception {
    var further = ApiPort.choose("localhost", 0);
    try (var both =
        tls.serving(Map.of("server.security.redirectPort", Integer.toString(further)))) {
      var spoken =
          Spoken.once(further, "GET /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

      assertThat(spoken.statuses()).containsExactly(308);
      assertThat(spoken.text()).contains("location: https://localhost:" + both.number() + "/x");
    }
  }

  @Test
  void browsers_are_told_to_stay_with_tls_under_a_name_but_not_under_localhost() throws Exception {
    try (var named = tls.serving(Map.of("server.url", "https://flyte.example.org"))) {
      var answer =
          get(tls.trusting(), URI.create("https://localhost:" + named.number() + "/healthcheck"));

      assertThat(answer.headers().firstValue("strict-transport-security"))
          .hasValue("max-age=63072000; includeSubDomains");
    }
    assertThat(get(tls.trusting(), url("/healthcheck")).headers().map())
        .doesNotContainKey("strict-transport-security");
  }

  @Test
  void a_client_may_show_a_certificate_and_is_known_by_it() throws Exception {
    var client =
        recipe()
            .subject("CN=worker")
            .purpose(Optional.of(KeyPurposeId.id_kp_clientAuth))
            .by(tls.clientAuthority())
            .make();
    Page shown =
        server ->
            server.service(
                "exact:/shown",
                (context, request) ->
                    HttpResponse.of(
                        ClientCertificates.of(context)
                            .map(one -> one.getSubjectX500Principal().getName())
                            .orElse("nobody")));
    try (var asking =
        tls.serving(Map.of("server.security.ssl.clientCaFile", "x"), List.of(shown))) {
      var url = URI.create("https://localhost:" + asking.number() + "/shown");

      assertThat(get(tls.showing(client), url).body()).isEqualTo("CN=worker");
      assertThat(get(tls.trusting(), url).body()).isEqualTo("nobody");
      var stranger =
          recipe()
              .subject("CN=worker")
              .purpose(Optional.of(KeyPurposeId.id_kp_clientAuth))
              .by(recipe().subject("CN=Clients").authority().make())
              .make();
      assertThatThrownBy(() -> get(tls.showing(stranger), url)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void a_check_names_a_port_without_tls_and_one_where_nobody_is() throws Exception {
    var check = new ServerCheck(List.of());
    try (var plain = EdgeUnderTest.serving(List.of(new LivenessPage()))) {
      assertThat(check.look("localhost", plain.number(), Instant.now()).findings())
          .singleElement()
          .asString()
          .startsWith("No TLS");
    }
    var free = ApiPort.choose("localhost", 0);
    assertThat(check.look("localhost", free, Instant.now()).findings())
        .singleElement()
        .asString()
        .startsWith("Nobody answers");
  }

  private URI url(String path) {
    return edge.url().resolve(path);
  }

  private static java.net.http.HttpResponse<String> get(SSLContext trust, URI url)
      throws IOException, InterruptedException {
    try (var client = HttpClient.newBuilder().sslContext(trust).build()) {
      return client.send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofString());
    }
  }
}
