package dev.harrier.security.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.util.JSONObjectUtils;
import dev.harrier.database.Database;
import dev.harrier.security.RecordedEvents;
import dev.harrier.security.Secret;
import dev.harrier.security.TestClock;
import dev.harrier.security.client.Clients;
import dev.harrier.security.services.SecurityKeys;
import dev.harrier.security.services.SecurityServices;
import dev.harrier.security.services.SecuritySettings;
import dev.harrier.security.session.Session;
import dev.harrier.security.session.Sessions;
import dev.harrier.security.token.AccountStatus;
import dev.harrier.security.token.LiveAttempts;
import dev.harrier.security.token.ServerAddress;
import dev.harrier.security.token.SigningKeys;
import dev.harrier.security.token.TokenVerifier;
import dev.harrier.security.user.User;
import dev.harrier.security.user.Users;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/** An authorization server with a user, as its tests use it. */
final class Logins {
  static final String ISSUER = "http://localhost:30080";
  static final String REDIRECT = "http://localhost:53593/callback";
  static final String VERIFIER = "v".repeat(43);

  final TestClock clock = new TestClock();
  final SigningKeys keys;
  final AccountStatus accountStatus;
  final Users users;
  final Clients clients;
  final Sessions sessions;
  final TokenVerifier verifier;
  final AuthorizationServer server;
  final User user;
  final String confidential = "ci-" + UUID.randomUUID();

  final RecordedEvents events = new RecordedEvents();

  Logins(Database database) {
    var security =
        new SecurityServices(
            database,
            SecurityKeys.generate(),
            LiveAttempts.ALL,
            SecuritySettings.at(new ServerAddress(URI.create(ISSUER))),
            events,
            clock);
    keys = security.keys().signing();
    accountStatus = security.accountStatus();
    users = security.users();
    clients = security.clients();
    sessions = security.sessions();
    verifier = security.verifier();
    server = security.authorization();
    user = users.add("u" + UUID.randomUUID(), false);
  }

  /**
   * What flytectl sends a browser with, and the values that a test changes; empty takes one out.
   */
  static String query(Map<String, String> changes) throws OauthException {
    var parameters = new java.util.LinkedHashMap<String, String>();
    parameters.put("client_id", "flytectl");
    parameters.put("redirect_uri", REDIRECT);
    parameters.put("response_type", "code");
    parameters.put("scope", "all offline");
    parameters.put("state", "s t&te");
    parameters.put("code_challenge", Pkce.challenge(VERIFIER));
    parameters.put("code_challenge_method", "S256");
    parameters.putAll(changes);
    return form(parameters);
  }

  static String form(Map<String, String> parameters) {
    return parameters.entrySet().stream()
        .map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
  }

  /** The user logs in at a browser. */
  Session session() {
    var now = users.find(user.name()).orElseThrow();
    return sessions
        .openFor(now, new Sessions.Browser("Firefox", "127.0.0.1", Optional.empty()))
        .session();
  }

  /** A code for the user. */
  String code() throws OauthException {
    var good = (AuthorizeEndpoint.Request.Good) server.authorize().check(query(Map.of()));
    return answer(server.authorize().allowed(good, session())).getOrDefault("code", "");
  }

  /** The parameters with which a browser is sent back. */
  static Map<String, String> answer(URI back) {
    return Arrays.stream(back.getRawQuery().split("&", -1))
        .map(pair -> pair.split("=", 2))
        .collect(
            Collectors.toMap(
                pair -> pair[0], pair -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
  }

  Answer redeem(String code, Map<String, String> changes) {
    var parameters = new java.util.LinkedHashMap<String, String>();
    parameters.put("grant_type", "authorization_code");
    parameters.put("client_id", "flytectl");
    parameters.put("redirect_uri", REDIRECT);
    parameters.put("code", code);
    parameters.put("code_verifier", VERIFIER);
    parameters.putAll(changes);
    return server.tokens().answer(ClientProof.NOTHING, form(parameters));
  }

  Answer refresh(String token) {
    return server
        .tokens()
        .answer(
            ClientProof.NOTHING,
            form(
                Map.of(
                    "grant_type",
                    "refresh_token",
                    "client_id",
                    "flytectl",
                    "refresh_token",
                    token)));
  }

  static Map<String, Object> ok(Answer answer) throws ParseException {
    assertThat(answer.status()).as(answer.json()).isEqualTo(200);
    return JSONObjectUtils.parse(answer.json());
  }

  static String text(Map<String, Object> body, String name) {
    return String.valueOf(body.get(name));
  }

  static String error(Answer answer) throws ParseException {
    return text(JSONObjectUtils.parse(answer.json()), "error");
  }

  /** A client with a secret, in a header. */
  ClientProof basic(Secret secret) {
    var pair = confidential + ":" + secret.reveal();
    var encoded =
        java.util.Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    return new ClientProof(Optional.of("Basic " + encoded), Optional.empty());
  }
}
