package dev.harrier.security.oauth;

import static dev.harrier.security.oauth.Logins.error;
import static dev.harrier.security.oauth.Logins.form;
import static dev.harrier.security.oauth.Logins.ok;
import static dev.harrier.security.oauth.Logins.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.harrier.database.Arguments;
import dev.harrier.database.Database;
import dev.harrier.database.TestDatabase;
import dev.harrier.security.Secret;
import dev.harrier.security.user.PasswordLinks;
import dev.harrier.spi.RejectedException;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(TestDatabase.class)
final class ClientsAndDevicesTest {
  private static final Map<String, String> CREDENTIALS = Map.of("grant_type", "client_credentials");
  private static final String DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code";

  private final Database database;
  private final Logins logins;

  ClientsAndDevicesTest(Database database) {
    this.database = database;
    logins = new Logins(database);
  }

  @Test
  void a_client_gets_a_token_by_its_secret_until_it_is_disabled() throws Exception {
    var secret = logins.clients.addWithSecret(logins.confidential, false, List.of());

    var tokens = ok(logins.server.tokens().answer(logins.basic(secret), form(CREDENTIALS)));
    logins.clients.disable(logins.confidential);

    assertThat(tokens).doesNotContainKey("refresh_token");
    assertThatThrownBy(() -> logins.verifier.verify(text(tokens, "access_token")))
        .isInstanceOf(RejectedException.class);
    var late = logins.server.tokens().answer(logins.basic(secret), form(CREDENTIALS));
    assertThat(error(late)).isEqualTo("invalid_client");
  }

  @Test
  void public_clients_have_no_credentials_of_their_own() throws Exception {
    var answer =
        logins
            .server
            .tokens()
            .answer(
                ClientProof.NOTHING,
                form(Map.of("grant_type", "client_credentials", "client_id", "flytectl")));

    assertThat(error(answer)).isEqualTo("unauthorized_client");
  }

  @Test
  void a_client_that_signs_is_known_by_its_key_and_each_assertion_is_good_once() throws Exception {
    var key = new RSAKeyGenerator(2048).keyID("k1").generate();
    var other = new RSAKeyGenerator(2048).keyID("k1").generate();
    logins.clients.addWithKeys(
        logins.confidential, false, List.of(), new JWKSet(key.toPublicJWK()).toString());
    var good = assertion(key, Logins.ISSUER, Duration.ofMinutes(2));

    assertThat(asserted(good).status()).isEqualTo(200);
    assertThat(error(asserted(good))).isEqualTo("invalid_client");
    assertThat(error(asserted(assertion(other, Logins.ISSUER, Duration.ofMinutes(2)))))
        .isEqualTo("invalid_client");
    assertThat(error(asserted(assertion(key, "http://other", Duration.ofMinutes(2)))))
        .isEqualTo("invalid_client");
    assertThat(error(asserted(assertion(key, Logins.ISSUER, Duration.ofHours(2)))))
        .isEqualTo("invalid_client");
    assertThat(error(asserted("a.b.c"))).isEqualTo("invalid_client");
    var forTwo = assertion(key, List.of(Logins.ISSUER, "http://other"), Duration.ofMinutes(2));
    assertThat(error(asserted(forTwo))).isEqualTo("invalid_client");
    var late = assertion(key, Logins.ISSUER, Duration.ofMinutes(2));
    var twice = assertion(key, Logins.ISSUER, Duration.ofMinutes(2));
    assertThat(error(asserted(twice, logins.basic(new Secret("x"))))).isEqualTo("invalid_request");
    logins.clock.forward(Duration.ofMinutes(4));
    assertThat(error(asserted(late))).isEqualTo("invalid_client");
    assertThat(
            asserted(assertion(key, Logins.ISSUER + "/oauth2/token", Duration.ofMinutes(2)))
                .status())
        .isEqualTo(200);
  }

  @Test
  void private_keys_weak_redirects_and_known_ids_are_no_clients() throws Exception {
    var key = new RSAKeyGenerator(2048).keyID("k1").generate();
    var id = logins.confidential;

    assertThatThrownBy(
            () -> logins.clients.addWithKeys(id, false, List.of(), new JWKSet(key).toString(false)))
        .hasMessageContaining("public");
    var weak = new RSAKeyGenerator(1024, true).keyID("k1").generate().toPublicJWK();
    assertThatThrownBy(
            () -> logins.clients.addWithKeys(id, false, List.of(), new JWKSet(weak).toString()))
        .hasMessageContaining("2048");
    assertThatThrownBy(() -> logins.clients.addWithSecret(id, false, List.of("http://e.example")))
        .hasMessageContaining("https");
    assertThatThrownBy(() -> logins.clients.addWithSecret("flytectl", true, List.of()))
        .hasMessageContaining("always there");
  }

  @Test
  void a_device_waits_until_its_user_typed_the_code() throws Exception {
    var begun = begin();

    assertThat(begun).containsKeys("device_code", "verification_uri", "expires_in", "interval");
    assertThat(error(poll(begun))).isEqualTo("authorization_pending");
    assertThat(error(poll(begun))).isEqualTo("slow_down");
    var typed = text(begun, "user_code").toLowerCase(java.util.Locale.ROOT).replace("-", " ");
    var waiting = logins.server.devices().waiting(typed).orElseThrow();
    assertThat(waiting.clientId()).isEqualTo("flytectl");
    assertThat(waiting.address()).startsWith("127.0.0.1/");
    assertThat(waiting.since()).isEqualTo(logins.clock.instant());
    assertThat(logins.server.devices().allow(typed, logins.session())).isTrue();
    assertThat(logins.server.devices().allow(typed, logins.session())).isFalse();
    logins.clock.forward(Duration.ofSeconds(10));

    var tokens = ok(poll(begun));

    assertThat(logins.verifier.verify(text(tokens, "access_token")).subject())
        .isEqualTo("user:" + logins.user.name());
    assertThat(tokens).containsKey("refresh_token");
    assertThat(error(poll(begun))).isEqualTo("invalid_grant");
  }

  @Test
  void a_device_that_was_allowed_with_a_former_password_gets_nothing() throws Exception {
    var links = new PasswordLinks(database, logins.accountStatus, logins.clock);
    var reset = begin();
    var disabled = begin();
    var session = logins.session();
    logins.server.devices().allow(text(reset, "user_code"), session);
    logins.server.devices().allow(text(disabled, "user_code"), session);

    links.choose(links.forUser(logins.user.name()), "", new Secret("correct horse battery"));
    assertThat(error(poll(reset))).isEqualTo("invalid_grant");
    logins.users.setDisabled(logins.user.name(), true);
    logins.users.setDisabled(logins.user.name(), false);
    assertThat(error(poll(disabled))).isEqualTo("invalid_grant");
  }

  @Test
  void a_device_that_is_denied_or_late_is_told() throws Exception {
    var denied = begin();
    var late = begin();
    assertThat(logins.server.devices().deny(text(denied, "user_code"))).isTrue();

    assertThat(error(poll(denied))).isEqualTo("access_denied");
    logins.clock.forward(Duration.ofMinutes(11));
    assertThat(error(poll(late))).isEqualTo("expired_token");
    assertThat(logins.server.devices().waiting(text(late, "user_code"))).isEmpty();
  }

  @Test
  void a_revoked_token_ends_with_its_family_and_introspection_says_so() throws Exception {
    var secret = logins.clients.addWithSecret(logins.confidential, false, List.of());
    var tokens = ok(logins.redeem(logins.code(), Map.of()));
    var access = text(tokens, "access_token");
    var asked = form(Map.of("token", access));

    var before = ok(logins.server.queries().introspect(logins.basic(secret), asked));
    var foreign = logins.server.queries().revoke(logins.basic(secret), asked);
    var between = ok(logins.server.queries().introspect(logins.basic(secret), asked));
    var refresh = text(tokens, "refresh_token");
    var revoked =
        logins
            .server
            .queries()
            .revoke(ClientProof.NOTHING, form(Map.of("client_id", "flytectl", "token", refresh)));
    var after = ok(logins.server.queries().introspect(logins.basic(secret), asked));

    assertThat(before)
        .containsEntry("active", true)
        .containsEntry("username", logins.user.name())
        .containsEntry("client_id", "flytectl");
    assertThat(foreign.status()).isEqualTo(200);
    assertThat(between).containsEntry("active", true);
    assertThat(revoked.status()).isEqualTo(200);
    assertThat(after).isEqualTo(Map.of("active", false));
    assertThat(error(logins.refresh(refresh))).isEqualTo("invalid_grant");
  }

  @Test
  void a_rotated_refresh_token_revokes_its_login_as_well() throws Exception {
    var first = ok(logins.redeem(logins.code(), Map.of()));
    var second = ok(logins.refresh(text(first, "refresh_token")));

    logins
        .server
        .queries()
        .revoke(
            ClientProof.NOTHING,
            form(Map.of("client_id", "flytectl", "token", text(first, "refresh_token"))));

    assertThatThrownBy(() -> logins.verifier.verify(text(second, "access_token")))
        .isInstanceOf(RejectedException.class);
    assertThat(error(logins.refresh(text(second, "refresh_token")))).isEqualTo("invalid_grant");
  }

  @Test
  void only_clients_with_credentials_introspect() throws Exception {
    var answer =
        logins
            .server
            .queries()
            .introspect(ClientProof.NOTHING, form(Map.of("client_id", "flytectl", "token", "x")));

    assertThat(error(answer)).isEqualTo("invalid_client");
  }

  @Test
  void nothing_that_opens_a_door_is_stored_as_it_is() throws Exception {
    var secret = logins.clients.addWithSecret(logins.confidential, false, List.of());
    var code = logins.code();
    var tokens = ok(logins.redeem(logins.code(), Map.of()));
    var begun = begin();
    var dump = dump();

    for (var shown :
        List.of(
            secret.reveal(),
            code,
            text(tokens, "access_token"),
            text(tokens, "refresh_token"),
            text(begun, "device_code"),
            text(begun, "user_code"))) {
      assertThat(dump).doesNotContain(shown).doesNotContain(hex(shown));
    }
    assertThat(dump).contains(logins.confidential);
  }

  @Test
  void the_oldest_login_of_a_device_gives_way_to_more_from_its_network_than_a_team_needs()
      throws Exception {
    var network = "2001:db8:%x:17:0:0:0:".formatted(logins.hashCode() & 0xffff);
    var oldest = begunFrom(network + "1");
    logins.clock.forward(Duration.ofSeconds(1));
    var second = begunFrom(network + "2");
    logins.clock.forward(Duration.ofSeconds(1));
    var elsewhere = begunFrom(network.replace(":17:", ":18:") + "1");
    for (var device = 3; device <= 51; device++) {
      begunFrom(network + Integer.toHexString(device));
    }

    assertThat(waits(oldest)).isFalse();
    assertThat(waits(second)).isTrue();
    assertThat(waits(elsewhere)).isTrue();
  }

  @Test
  void behind_a_proxy_of_this_machine_nobody_uses_up_the_logins_of_devices() throws Exception {
    var first = begunFrom("127.0.0.1");
    for (var device = 0; device < 60; device++) {
      begunFrom("127.0.0.1");
    }

    assertThat(waits(first)).isTrue();
    for (var device = 0; device < 1_000; device++) {
      begunFrom("127.0.0.1");
    }
    var last = begunFrom("10.0.0.1");
    assertThat(waits(last)).isTrue();
    logins.clock.forward(Duration.ofMinutes(11));
  }

  private Map<String, Object> begunFrom(String address) throws Exception {
    return ok(begun(address));
  }

  private boolean waits(Map<String, Object> begun) {
    return logins.server.devices().waiting(text(begun, "user_code")).isPresent();
  }

  @Test
  void a_revoked_token_is_remembered_no_longer_than_it_would_have_been_good() throws Exception {
    var secret = logins.clients.addWithSecret(logins.confidential, false, List.of());
    var token =
        text(
            ok(logins.server.tokens().answer(logins.basic(secret), form(CREDENTIALS))),
            "access_token");
    var id = logins.verifier.read(token).id();

    logins.server.queries().revoke(logins.basic(secret), form(Map.of("token", token)));

    assertThatThrownBy(() -> logins.verifier.verify(token)).isInstanceOf(RejectedException.class);
    assertThat(remembered(id)).isTrue();
    logins.clock.forward(Lifetimes.DEFAULTS.accessToken());
    assertThat(remembered(id)).isFalse();
  }

  private boolean remembered(String id) {
    return database
        .api()
        .run(
            "look for a revocation",
            connection -> {
              try (var statement =
                  connection.prepareStatement(
                      "SELECT 1 FROM revocation WHERE id = ? AND until > ?")) {
                Arguments.of(statement).text(id).instant(logins.clock.instant());
                try (var rows = statement.executeQuery()) {
                  return rows.next();
                }
              }
            });
  }

  private Map<String, Object> begin() throws Exception {
    return ok(begun("127.0.0.1/" + UUID.randomUUID()));
  }

  private Answer begun(String address) {
    return logins
        .server
        .devices()
        .begin(
            ClientProof.NOTHING,
            form(Map.of("client_id", "flytectl", "scope", "all offline")),
            address);
  }

  private Answer poll(Map<String, Object> begun) {
    return logins
        .server
        .tokens()
        .answer(
            ClientProof.NOTHING,
            form(
                Map.of(
                    "grant_type",
                    DEVICE_GRANT,
                    "client_id",
                    "flytectl",
                    "device_code",
                    text(begun, "device_code"))));
  }

  private String assertion(RSAKey key, String audience, Duration lifetime) throws Exception {
    return assertion(key, List.of(audience), lifetime);
  }

  private String assertion(RSAKey key, List<String> audience, Duration lifetime) throws Exception {
    var claims =
        new JWTClaimsSet.Builder()
            .issuer(logins.confidential)
            .subject(logins.confidential)
            .audience(audience)
            .expirationTime(Date.from(logins.clock.instant().plus(lifetime)))
            .jwtID(UUID.randomUUID().toString())
            .build();
    var token =
        new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("k1").build(), claims);
    token.sign(new RSASSASigner(key));
    return token.serialize();
  }

  private Answer asserted(String assertion) {
    return asserted(assertion, ClientProof.NOTHING);
  }

  private Answer asserted(String assertion, ClientProof shown) {
    return logins
        .server
        .tokens()
        .answer(
            shown,
            form(
                Map.of(
                    "grant_type",
                    "client_credentials",
                    "client_assertion_type",
                    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                    "client_assertion",
                    assertion)));
  }

  private String dump() {
    return database
        .api()
        .run(
            "read everything of logins",
            connection -> {
              var text = new StringBuilder();
              for (var table :
                  List.of(
                      "SELECT t::text FROM oauth_client t",
                      "SELECT t::text FROM login_grant t",
                      "SELECT t::text FROM authorization_code t",
                      "SELECT t::text FROM refresh_token t",
                      "SELECT t::text FROM device_login t",
                      "SELECT t::text FROM revocation t")) {
                try (var statement = connection.prepareStatement(table);
                    var rows = statement.executeQuery()) {
                  while (rows.next()) {
                    text.append(rows.getString(1)).append('\n');
                  }
                }
              }
              return text.toString();
            });
  }

  private static String hex(String text) {
    return java.util.HexFormat.of()
        .formatHex(new Secret(text).reveal().getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }
}
