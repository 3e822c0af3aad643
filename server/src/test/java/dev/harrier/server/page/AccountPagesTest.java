package dev.harrier.server.page;

import static java.util.Locale.ROOT;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.harrier.audit.AuditLog;
import dev.harrier.database.Database;
import dev.harrier.database.TestDatabase;
import dev.harrier.security.Secret;
import dev.harrier.security.policy.PolicyAccess;
import dev.harrier.security.policy.PolicyIndex;
import dev.harrier.security.policy.PolicyReader;
import dev.harrier.security.services.SecurityKeys;
import dev.harrier.security.services.SecurityServices;
import dev.harrier.security.services.SecuritySettings;
import dev.harrier.security.session.Sessions;
import dev.harrier.security.token.LiveAttempts;
import dev.harrier.security.token.ServerAddress;
import dev.harrier.server.EdgeUnderTest;
import dev.harrier.server.config.ServerConfig;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may change whose account. */
@ExtendWith(TestDatabase.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AccountPagesTest {
  private static final String ISSUER = "http://accounts.test";

  private final SecurityServices security;
  private final EdgeUnderTest edge;
  private final String administrator = "a" + UUID.randomUUID();
  private final String bound = "b" + UUID.randomUUID();
  private final String plain = "p" + UUID.randomUUID();

  AccountPagesTest(Database database) throws Exception {
    var clock = Clock.systemUTC();
    var address = new ServerAddress(URI.create(ISSUER));
    security =
        new SecurityServices(
            database,
            SecurityKeys.generate(),
            LiveAttempts.ALL,
            SecuritySettings.at(address),
            AuditLog.NONE,
            clock);
    var policy =
        PolicyIndex.of(
            PolicyReader.read(
                """
                apiVersion: authz/v1
                roles:
                  - {name: desk, permissions: ["account:write"]}
                bindings:
                  - {name: root, subjects: ["sa:root", "user:%s"], role: platform-admin}
                  - {name: everywhere, subjects: ["sa:owner"], role: project-admin}
                  - {name: desk, subjects: ["sa:desk"], role: desk}
                  - {name: near, subjects: ["user:near%2$s"], role: platform-admin, when: {cidr: [10.0.0.0/8]}}
                  - {name: shown, subjects: ["user:shown%2$s"], role: platform-admin, when: {mtls: true}}
                  - {name: strong, subjects: ["user:strong%2$s"], role: platform-admin, when: {acr: [gold]}}
                  - {name: early, subjects: ["user:early%2$s"], role: platform-admin, when: {hours: {zone: UTC, days: [%3$s], from: '01:00', to: '02:00'}}}
                  - {name: held, subjects: ["user:held%2$s"], role: platform-admin}
                  - {name: former, subjects: ["user:former%2$s"], role: platform-admin, until: "2020-01-01T00:00:00Z", reason: "the move"}
                denies:
                  - {name: far, subjects: ["user:held%2$s"], permissions: ["*"], when: {cidr: [10.0.0.0/8]}}
                """
                    .formatted(bound, plain, farDay())));
    edge =
        EdgeUnderTest.knownAs(
            URI.create(ISSUER),
            ServerConfig.DEFAULTS,
            SecurityPages.of(
                security,
                new HttpCallers(security.authenticator()),
                new PolicyAccess(ISSUER, security.accountStatus()::administers, () -> policy),
                new Redirects(address, List.of(), "/login"),
                clock));
    security.users().add(administrator, true);
    security.users().add(bound, false);
    security.users().add(plain, false);
  }

  @AfterAll
  void stop() {
    edge.close();
    security.close();
  }

  @Test
  void whoever_administers_all_projects_administers_no_accounts() throws Exception {
    assertThat(asked("owner", "add-user", named("new-" + administrator, true))).isEqualTo(403);
    assertThat(asked("owner", "reset-link", named(administrator, false))).isEqualTo(403);
    assertThat(asked("owner", "list-users", new JsonObject())).isEqualTo(403);
  }

  @Test
  void whoever_writes_accounts_makes_and_touches_no_administrator() throws Exception {
    var id = "c" + UUID.randomUUID();
    security.clients().addWithSecret(id, true, List.of());
    security
        .links()
        .choose(security.links().forUser(administrator), "", new Secret("correct horse battery"));
    var session =
        security
            .sessions()
            .openFor(
                security.users().find(administrator).orElseThrow(),
                new Sessions.Browser("b", "127.0.0.1", Optional.empty()))
            .session()
            .id();

    assertThat(asked("desk", "add-user", named("x" + plain, false))).isEqualTo(200);
    assertThat(asked("desk", "reset-link", named(plain, false))).isEqualTo(200);
    assertThat(asked("desk", "disable-user", named(plain, false))).isEqualTo(200);
    assertThat(asked("desk", "enable-user", named(plain, false))).isEqualTo(200);
    assertThat(asked("desk", "add-client", client("x" + id, false))).isEqualTo(200);
    assertThat(asked("desk", "disable-client", client("x" + id, false))).isEqualTo(200);

    assertThat(asked("desk", "add-user", named("y" + plain, true))).isEqualTo(403);
    assertThat(asked("desk", "add-client", client("y" + id, true))).isEqualTo(403);
    for (var name : List.of(administrator, bound)) {
      for (var what : List.of("reset-link", "disable-user", "enable-user", "end-sessions-of")) {
        assertThat(asked("desk", what, named(name, false))).as(what).isEqualTo(403);
      }
    }
    assertThat(asked("desk", "disable-client", client(id, false))).isEqualTo(403);
    assertThat(asked("desk", "add-client", client("root", false))).isEqualTo(403);
    var end = new JsonObject();
    end.addProperty("id", session);
    assertThat(asked("desk", "end-session", end)).isEqualTo(403);
    assertThat(asked("desk", "rotate-key", new JsonObject())).isEqualTo(403);
  }

  @Test
  void a_lost_secret_is_replaced_by_those_who_may_change_the_client() throws Exception {
    var id = "lost" + UUID.randomUUID();
    var lost = security.clients().addWithSecret(id, false, List.of());
    var root = security.clients().addWithSecret(id + "-root", true, List.of());

    assertThat(asked("owner", "replace-secret", client(id, false))).isEqualTo(403);
    assertThat(asked("desk", "replace-secret", client(id + "-root", false))).isEqualTo(403);
    assertThat(security.clients().proves(id, lost)).isTrue();
    assertThat(asked("desk", "replace-secret", client(id, false))).isEqualTo(200);
    assertThat(security.clients().proves(id, lost)).isFalse();
    assertThat(security.clients().proves(id + "-root", root)).isTrue();
    var next = security.clients().replaceSecret(id);
    assertThat(security.clients().proves(id, next)).isTrue();

    security.clients().disable(id);
    assertThat(asked("root", "replace-secret", client(id, false))).isEqualTo(404);
    assertThat(asked("root", "replace-secret", client("nobody", false))).isEqualTo(404);
    assertThat(asked("root", "replace-secret", client("harrier-local", false))).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"near", "shown", "strong", "early", "held"})
  void whoever_administers_in_some_circumstances_alone_is_an_administrator(String kind)
      throws Exception {
    security.users().add(kind + plain, false);

    assertThat(asked("desk", "reset-link", named(kind + plain, false))).isEqualTo(403);
    assertThat(asked("root", "reset-link", named(kind + plain, false))).isEqualTo(200);
  }

  @Test
  void whoever_administered_until_some_time_is_none_any_more() throws Exception {
    security.users().add("former" + plain, false);

    assertThat(asked("desk", "reset-link", named("former" + plain, false))).isEqualTo(200);
  }

  /** A day of the week that is not near. */
  private static String farDay() {
    return LocalDate.now(ZoneOffset.UTC).plusDays(3).getDayOfWeek().toString().toLowerCase(ROOT);
  }

  @Test
  void whoever_administers_the_platform_may_do_all_of_it() throws Exception {
    assertThat(asked("root", "add-user", named("z" + plain, true))).isEqualTo(200);
    assertThat(asked("root", "reset-link", named(administrator, false))).isEqualTo(200);
    assertThat(asked("root", "end-sessions-of", named(bound, false))).isEqualTo(200);
    assertThat(asked("root", "rotate-key", new JsonObject())).isEqualTo(200);
    assertThat(asked("root", "reset-link", named("nobody", false))).isEqualTo(404);
  }

  @Test
  void each_change_is_in_the_log_with_its_caller_and_without_its_secret() throws Exception {
    var name = "l" + plain;
    try (var log = new Logged()) {
      var body = named(name, false);
      assertThat(asked("desk", "add-user", body)).isEqualTo(200);
      assertThat(asked("desk", "add-client", client(name, false))).isEqualTo(200);
      assertThat(asked("desk", "list-users", new JsonObject())).isEqualTo(200);

      assertThat(log.lines())
          .anyMatch(line -> line.contains("add-user name=" + name) && line.endsWith("by sa:desk"))
          .anyMatch(line -> line.contains("add-client id=" + name))
          .noneMatch(line -> line.contains("list-users") || line.contains("link="));
    }
  }

  @Test
  void a_caller_who_is_named_twice_is_nobody() throws Exception {
    var root =
        security.tokens().forClient("root", Set.of("all"), Duration.ofMinutes(1)).value().reveal();
    var desk =
        security.tokens().forClient("desk", Set.of("all"), Duration.ofMinutes(1)).value().reveal();

    var answer =
        edge.send(
            HttpRequest.newBuilder(URI.create(edge.url() + AccountPages.FOLDER + "list-users"))
                .header("authorization", "Bearer " + root)
                .header("authorization", "Bearer " + desk)
                .POST(HttpRequest.BodyPublishers.ofString("{}")));

    assertThat(answer.statusCode()).isEqualTo(401);
  }

  private int asked(String client, String what, JsonObject body) throws Exception {
    var token = security.tokens().forClient(client, Set.of("all"), Duration.ofMinutes(1));
    return edge.send(
            HttpRequest.newBuilder(URI.create(edge.url() + AccountPages.FOLDER + what))
                .header("authorization", "Bearer " + token.value().reveal())
                .POST(HttpRequest.BodyPublishers.ofString(body.toString())))
        .statusCode();
  }

  private static JsonObject named(String name, boolean administrator) {
    return asked("name", name, administrator);
  }

  private static JsonObject client(String id, boolean administrator) {
    return asked("id", id, administrator);
  }

  private static JsonObject asked(String key, String value, boolean administrator) {
    var body = new JsonObject();
    body.addProperty(key, value);
    body.addProperty("administrator", administrator);
    return body;
  }
}
