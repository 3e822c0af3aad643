package dev.harrier.security.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.util.JSONObjectUtils;
import dev.harrier.database.Database;
import dev.harrier.database.TestDatabase;
import dev.harrier.security.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(TestDatabase.class)
final class ClientCredentialsTest {
  private static final String GRANT = "grant_type=client_credentials";

  private final Logins logins;
  private final Secret secret;
  private final String id;

  ClientCredentialsTest(Database database) {
    logins = new Logins(database);
    id = logins.confidential;
    secret = logins.clients.addWithSecret(id, false, List.of());
  }

  @Test
  void a_client_gets_a_token_as_flytekit_asks_for_it() throws Exception {
    var answer =
        logins.server.tokens().answer(basic(id, secret.reveal()), GRANT + "&scope=all+offline");

    assertThat(answer.status()).isEqualTo(200);
    var json = JSONObjectUtils.parse(answer.json());
    assertThat(json).containsEntry("token_type", "Bearer").containsEntry("expires_in", 1800L);
    assertThat(logins.verifier.verify(String.valueOf(json.get("access_token"))).subject())
        .isEqualTo("sa:" + id);
  }

  @Test
  void credentials_in_the_body_and_unknown_parameters_are_fine() {
    var answer =
        logins
            .server
            .tokens()
            .answer(
                ClientProof.NOTHING,
                GRANT + "&client_id=" + id + "&audience=&nonce=1&client_secret=" + secret.reveal());

    assertThat(answer.status()).isEqualTo(200);
  }

  @Test
  void both_halves_of_basic_are_form_encoded() {
    var encoded = basic(percent(id), percent(secret.reveal()));

    assertThat(logins.server.tokens().answer(encoded, GRANT).status()).isEqualTo(200);
  }

  @Test
  void a_wrong_secret_an_unknown_client_and_no_credentials_get_the_same_answer() {
    var wrong = logins.server.tokens().answer(basic(id, "wrong"), GRANT);
    var unknown = logins.server.tokens().answer(basic("nobody", secret.reveal()), GRANT);
    var none = logins.server.tokens().answer(ClientProof.NOTHING, GRANT);

    assertThat(wrong.status()).isEqualTo(401);
    assertThat(wrong.json()).contains("\"error\":\"invalid_client\"");
    assertThat(wrong.challenge()).isPresent();
    assertThat(unknown).isEqualTo(wrong);
    assertThat(none).isEqualTo(wrong);
    assertThat(logins.clients.proves("a\0b", secret)).isFalse();
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
                "invalid_request",
                GRANT + "&client_id=%00",
                "invalid_request")
            .entrySet()) {
      var answer = logins.server.tokens().answer(basic(id, secret.reveal()), form.getKey());

      assertThat(answer.status()).isEqualTo(400);
      assertThat(JSONObjectUtils.parse(answer.json())).containsEntry("error", form.getValue());
    }
    assertThat(logins.server.tokens().answer(header("Basic !!"), GRANT).status()).isEqualTo(400);
    assertThat(logins.server.tokens().answer(header("Basic YQ=="), GRANT).status()).isEqualTo(400);
  }

  @Test
  void a_new_secret_ends_the_old_one() {
    var renewed = logins.clients.renew(id);

    assertThat(logins.clients.proves(id, renewed)).isTrue();
    assertThat(logins.clients.proves(id, secret)).isFalse();
  }

  private static ClientProof basic(String id, String secret) {
    var pair = (id + ":" + secret).getBytes(StandardCharsets.UTF_8);
    return header("Basic " + Base64.getEncoder().encodeToString(pair));
  }

  private static ClientProof header(String authorization) {
    return new ClientProof(Optional.of(authorization), Optional.empty());
  }

  private static String percent(String text) {
    return text.chars()
        .mapToObj(letter -> "%%%02X".formatted(letter))
        .collect(Collectors.joining());
  }
}
