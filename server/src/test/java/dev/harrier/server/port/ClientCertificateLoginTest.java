package dev.harrier.server.port;

import static dev.harrier.server.tls.MadeCertificate.recipe;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import dev.harrier.audit.AuditLog;
import dev.harrier.database.Database;
import dev.harrier.database.TestDatabase;
import dev.harrier.security.client.CertificateName;
import dev.harrier.security.services.SecurityKeys;
import dev.harrier.security.services.SecurityServices;
import dev.harrier.security.services.SecuritySettings;
import dev.harrier.security.token.LiveAttempts;
import dev.harrier.security.token.ServerAddress;
import dev.harrier.server.EdgeUnderTest;
import dev.harrier.server.page.TokenPages;
import dev.harrier.server.tls.MadeCertificate;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Clients that prove themselves by a certificate rather than a secret. */
@ExtendWith(TestDatabase.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ClientCertificateLoginTest {
  private static final String ISSUER = "https://localhost:1";

  private final String id = "propeller-" + UUID.randomUUID();
  private final TlsUnderTest tls;
  private final SecurityServices security;
  private final EdgeUnderTest edge;

  ClientCertificateLoginTest(Database database, @TempDir Path folder) throws Exception {
    security =
        new SecurityServices(
            database,
            SecurityKeys.generate(),
            LiveAttempts.ALL,
            SecuritySettings.at(new ServerAddress(URI.create(ISSUER))).withCertificates(),
            AuditLog.NONE,
            Clock.systemUTC());
    security
        .clients()
        .addWithCertificate(
            id, false, List.of(), CertificateName.parse("dns:Propeller.example.com"));
    tls = new TlsUnderTest(folder);
    edge =
        tls.serving(
            Map.of("server.security.ssl.clientCaFile", "x"),
            List.of(
                new TokenPages(
                    security.metadata(), security.authorization(), security.keys().signing())));
  }

  @AfterAll
  void stop() {
    edge.close();
    security.close();
  }

  @Test
  void a_certificate_with_the_clients_name_gets_its_token() throws Exception {
    var answer = asked(tls.showing(named("propeller.example.com")), "");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    var token =
        JsonParser.parseString(answer.body()).getAsJsonObject().get("access_token").getAsString();
    assertThat(security.verifier().verify(token).subject()).isEqualTo("sa:" + id);
  }

  @Test
  void no_certificate_another_name_or_a_secret_beside_it_are_no_proof() throws Exception {
    assertThat(asked(tls.trusting(), "").statusCode()).isEqualTo(401);
    assertThat(asked(tls.showing(named("worker.example.com")), "").statusCode()).isEqualTo(401);
    assertThat(asked(tls.showing(named("*.example.com")), "").statusCode()).isEqualTo(401);
    assertThat(asked(tls.showing(named("propeller.example.com")), "&client_secret=x").statusCode())
        .isEqualTo(401);
  }

  @Test
  void a_certificate_is_no_proof_of_a_client_with_a_secret_and_a_disabled_one_has_none()
      throws Exception {
    var other = "o" + UUID.randomUUID();
    var unused = security.clients().addWithSecret(other, false, List.of());
    var ended = "e" + UUID.randomUUID();
    security
        .clients()
        .addWithCertificate(
            ended, false, List.of(), CertificateName.parse("dns:propeller.example.com"));
    security.clients().disable(ended);
    var shown = tls.showing(named("propeller.example.com"));

    assertThat(asked(shown, "", other).statusCode()).isEqualTo(401);
    assertThat(asked(shown, "", ended).statusCode()).isEqualTo(401);
  }

  @Test
  void the_server_says_that_it_takes_certificates() throws Exception {
    try (var client = HttpClient.newBuilder().sslContext(tls.trusting()).build()) {
      var answer =
          client.send(
              HttpRequest.newBuilder(at("/.well-known/oauth-authorization-server")).build(),
              HttpResponse.BodyHandlers.ofString());

      assertThat(answer.body()).contains("\"tls_client_auth\"");
    }
  }

  private MadeCertificate named(String host) throws Exception {
    return recipe()
        .subject("CN=worker")
        .names(host)
        .purpose(Optional.of(KeyPurposeId.id_kp_clientAuth))
        .by(tls.clientAuthority())
        .make();
  }

  private HttpResponse<String> asked(SSLContext shown, String more) throws Exception {
    return asked(shown, more, id);
  }

  private HttpResponse<String> asked(SSLContext shown, String more, String as) throws Exception {
    var form = "grant_type=client_credentials&client_id=" + as + more;
    try (var client = HttpClient.newBuilder().sslContext(shown).build()) {
      return client.send(
          HttpRequest.newBuilder(at(ServerAddress.TOKEN_PATH))
              .header("content-type", "application/x-www-form-urlencoded")
              .POST(HttpRequest.BodyPublishers.ofString(form))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  private URI at(String path) {
    return URI.create("https://localhost:" + edge.number() + path);
  }
}
