package dev.harrier.security.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.util.JSONObjectUtils;
import dev.harrier.security.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TokenEndpointTest {
  private static final String ISSUER = "http://localhost:30080";
  private static final String GRANT = "grant_type=client_credentials";

  private final Path folder;
  private Clients clients;
  private final Secret secret;
  private final TokenVerifier verifier;
  private TokenEndpoint endpoint;

  TokenEndpointTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    clients = Clients.open(folder.resolve("security/clients"));
    secret = clients.renew("ci");
    var key = SigningKey.open(folder.resolve("security/signing-key.json"));
    verifier = new TokenVerifier(ISSUER, key, Clock.systemUTC());
    endpoint = new TokenEndpoint(clients, new TokenIssuer(ISSUER, key, Clock.systemUTC()));
  }

  @Test
  void a_client_gets_a_token_as_flytekit_asks_for_it() throws Exception {
    var answer = endpoint.answer(basic("ci", secret.reveal()), GRANT + "&scope=all+offline");

    assertThat(answer.status()).isEqualTo(200);
    var json = JSONObjectUtils.parse(answer.json());
    assertThat(json).containsEntry("token_type", "Bearer").containsEntry("expires_in", 1800L);
    assertThat(verifier.verify(String.valueOf(json.get("access_token"))).subject())
        .isEqualTo("sa:ci");
  }

  @Test
  void credentials_in_the_body_and_unknown_parameters_are_fine() {
    var answer =
        endpoint.answer(
            Optional.empty(),
            GRANT + "&client_id=ci&audience=&nonce=1&client_secret=" + secret.reveal());

    assertThat(answer.status()).isEqualTo(200);
  }

  @Test
  void both_halves_of_basic_are_form_encoded() throws IOException {
    var stored = folder.resolve("security/clients");
    Files.writeString(stored, "a%2Bb sha256:" + sha256("s+e%c r"));
    clients = Clients.open(stored);
    endpoint =
        new TokenEndpoint(
            clients, new TokenIssuer(ISSUER, SigningKey.generate(), Clock.systemUTC()));

    var answer = endpoint.answer(basic("a%252Bb", "s%2Be%25c+r"), GRANT);

    assertThat(answer.status()).isEqualTo(200);
  }

  @Test
  void a_wrong_secret_an_unknown_client_and_no_credentials_get_the_same_answer() {
    var wrong = endpoint.answer(basic("ci", "wrong"), GRANT);
    var unknown = endpoint.answer(basic("nobody", secret.reveal()), GRANT);
    var none = endpoint.answer(Optional.empty(), GRANT);

    assertThat(wrong.status()).isEqualTo(401);
    assertThat(wrong.json()).contains("\"error\":\"invalid_client\"");
    assertThat(wrong.challenge()).isPresent();
    assertThat(unknown).isEqualTo(wrong);
    assertThat(none).isEqualTo(wrong);
  }

  @Test
  void other_requests_get_an_error_in_json() throws Exception {
    for (var form :
        Map.of(
                "",
                "unsupported_grant_type",
                "grant_type=password",
                "unsupported_grant_type",
                GRANT + "&scope=root",
                "invalid_scope",
                GRANT + "&scope=%zz",
                "invalid_request")
            .entrySet()) {
      var answer = endpoint.answer(basic("ci", secret.reveal()), form.getKey());

      assertThat(answer.status()).isEqualTo(400);
      assertThat(JSONObjectUtils.parse(answer.json())).containsEntry("error", form.getValue());
    }
    assertThat(endpoint.answer(Optional.of("Basic !!"), GRANT).status()).isEqualTo(400);
    assertThat(endpoint.answer(Optional.of("Basic YQ=="), GRANT).status()).isEqualTo(400);
  }

  @Test
  void a_new_secret_ends_the_old_one_and_outlives_a_restart() throws IOException {
    var renewed = clients.renew("ci");

    var reopened = Clients.open(folder.resolve("security/clients"));

    assertThat(reopened.proves("ci", renewed)).isTrue();
    assertThat(reopened.proves("ci", secret)).isFalse();
    assertThat(Files.readString(folder.resolve("security/clients")))
        .doesNotContain(renewed.reveal());
  }

  @Test
  void keys_and_clients_are_for_their_owner_alone() throws IOException {
    assertThat(mode(folder.resolve("security"))).isEqualTo("rwx------");
    assertThat(mode(folder.resolve("security/signing-key.json"))).isEqualTo("rw-------");
    assertThat(mode(folder.resolve("security/clients"))).isEqualTo("rw-------");
  }

  @Test
  void a_key_that_others_can_read_is_refused() throws IOException {
    var file = folder.resolve("security/signing-key.json");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

    assertThatThrownBy(() -> SigningKey.open(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("rw-r--r--")
        .hasMessageContaining("chmod 600");
  }

  private static Optional<String> basic(String id, String secret) {
    var pair = (id + ":" + secret).getBytes(StandardCharsets.UTF_8);
    return Optional.of("Basic " + Base64.getEncoder().encodeToString(pair));
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private static String sha256(String text) {
    try {
      var digest = java.security.MessageDigest.getInstance("SHA-256");
      return java.util.HexFormat.of()
          .formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
