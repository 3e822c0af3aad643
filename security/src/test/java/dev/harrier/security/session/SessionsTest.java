package dev.harrier.security.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.harrier.database.Arguments;
import dev.harrier.database.Database;
import dev.harrier.database.TestDatabase;
import dev.harrier.security.Caller;
import dev.harrier.security.Secret;
import dev.harrier.security.Strength;
import dev.harrier.security.TestClock;
import dev.harrier.security.provider.FakeProvider;
import dev.harrier.security.provider.Person;
import dev.harrier.security.provider.ProviderLogin;
import dev.harrier.security.provider.Providers;
import dev.harrier.security.token.AccountStatus;
import dev.harrier.security.user.PasswordLinks;
import dev.harrier.security.user.User;
import dev.harrier.security.user.Users;
import dev.harrier.spi.RejectedException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(TestDatabase.class)
final class SessionsTest {
  private static final String OWN = "http://localhost:30080";
  private static final Sessions.Browser BROWSER =
      new Sessions.Browser("Firefox", "127.0.0.1", Optional.empty());

  private final TestClock clock = new TestClock();
  private final Database database;
  private final AccountStatus accountStatus;
  private final People people;
  private final Users users;
  private final Sessions sessions;
  private final User user;
  private final Person person =
      new Person("https://idp", UUID.randomUUID().toString(), Set.of("ml"), "Ada", "a@b.c");

  SessionsTest(Database database) {
    this.database = database;
    accountStatus = new AccountStatus(database, clock);
    people = new People(database, accountStatus, clock);
    users = new Users(database, accountStatus, clock);
    sessions =
        new Sessions(
            database,
            accountStatus,
            people,
            AuthenticatedEncryption.generate(),
            SessionLimits.DEFAULTS,
            clock);
    user = users.add("u" + UUID.randomUUID(), false);
  }

  @Test
  void a_cookie_finds_its_session_and_its_caller() {
    var opened = sessions.openFor(user, BROWSER);
    var outside = sessions.openFor(ended(person, Optional.empty()), "idp", BROWSER);

    assertThat(caller(opened.cookie()))
        .contains(Caller.of(OWN, user.subject()).after(Strength.PASSWORD));
    assertThat(caller(outside.cookie()))
        .contains(
            new Caller("https://idp", person.subject(), Optional.empty(), Set.of(), Set.of("ml"))
                .after(new Strength(Optional.of("gold"), Set.of("pwd", "otp"))));
    assertThat(sessions.find(new Secret("a".repeat(43)))).isEmpty();
    assertThat(opened.cookie().reveal()).hasSize(43);
  }

  @Test
  void a_session_ends_when_it_is_not_used_and_at_its_absolute_end() {
    var idle = sessions.openFor(user, BROWSER).cookie();
    var used = sessions.openFor(user, BROWSER).cookie();

    clock.forward(Duration.ofHours(7));
    assertThat(sessions.find(used)).isPresent();
    clock.forward(Duration.ofHours(6));

    assertThat(sessions.find(idle)).isEmpty();
    assertThat(sessions.find(used)).isPresent();
    for (var hours = 13; hours < 7 * 24; hours += 5) {
      assertThat(sessions.find(used)).as("after %s h", hours).isPresent();
      clock.forward(Duration.ofHours(5));
    }
    assertThat(sessions.find(used)).isEmpty();
    assertThat(sessions.of(user.subject())).isEmpty();
  }

  @Test
  void a_login_with_the_password_of_before_a_reset_opens_nothing() {
    var links = new PasswordLinks(database, accountStatus, clock);
    var before = sessions.openFor(user, BROWSER);

    links.choose(links.forUser(user.name()), "", new Secret("correct horse battery"));

    assertThatThrownBy(() -> sessions.openFor(user, BROWSER)).isInstanceOf(RejectedException.class);
    assertThat(sessions.find(before.cookie())).isEmpty();
    var changed = users.find(user.name()).orElseThrow();
    assertThat(sessions.find(sessions.openFor(changed, BROWSER).cookie())).isPresent();
  }

  @Test
  void who_logs_in_again_gets_another_cookie_and_the_former_one_is_nothing() {
    var former = sessions.openFor(user, BROWSER).cookie();

    var again = sessions.openFor(user, new Sessions.Browser("Firefox", "::1", Optional.of(former)));

    assertThat(sessions.find(former)).isEmpty();
    assertThat(sessions.find(again.cookie())).isPresent();
    assertThat(again.cookie().reveal()).isNotEqualTo(former.reveal());
  }

  @Test
  void a_session_is_ended_by_its_owner_or_by_who_may_end_all() {
    var one = sessions.openFor(user, BROWSER);
    var other = sessions.openFor(ended(person, Optional.empty()), "idp", BROWSER);

    assertThat(sessions.end(other.session().id(), Optional.of(user.subject()))).isFalse();
    assertThat(sessions.end("no id", Optional.empty())).isFalse();
    assertThat(sessions.end(one.session().id(), Optional.of(user.subject()))).isTrue();
    assertThat(sessions.end(other.session().id(), Optional.empty())).isTrue();

    assertThat(sessions.find(one.cookie())).isEmpty();
    assertThat(sessions.find(other.cookie())).isEmpty();
  }

  @Test
  void who_is_disabled_is_logged_out_everywhere_and_logs_in_no_more() {
    var local = sessions.openFor(user, BROWSER);
    var outside = sessions.openFor(ended(person, Optional.empty()), "idp", BROWSER);

    users.setDisabled(user.name(), true);
    people.setDisabled(person.principal(), true);

    assertThat(sessions.find(local.cookie())).isEmpty();
    assertThat(sessions.find(outside.cookie())).isEmpty();
    assertThatThrownBy(() -> sessions.openFor(user, BROWSER)).isInstanceOf(RejectedException.class);
    assertThatThrownBy(() -> sessions.openFor(ended(person, Optional.empty()), "idp", BROWSER))
        .isInstanceOf(RejectedException.class);
    users.setDisabled(user.name(), false);
    assertThat(sessions.find(local.cookie())).isEmpty();
  }

  @Test
  void the_database_holds_nothing_that_opens_a_session() throws Exception {
    var opened =
        sessions.openFor(ended(person, Optional.of(new Secret("a refresh token"))), "idp", BROWSER);

    var rows =
        database
            .api()
            .run(
                "dump",
                connection -> {
                  var text = new StringBuilder();
                  try (var statement = connection.createStatement();
                      var all =
                          statement.executeQuery("SELECT s::text AS t FROM browser_session s")) {
                    while (all.next()) {
                      text.append(all.getString("t")).append('\n');
                    }
                  }
                  return text.toString();
                });

    var hex = java.util.HexFormat.of();
    assertThat(rows)
        .contains(opened.session().id())
        .doesNotContain(opened.cookie().reveal())
        .doesNotContain(
            hex.formatHex("a refresh token".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
  }

  @Test
  void nobody_has_more_than_fifty() {
    var first = sessions.openFor(user, BROWSER);
    var grant = granted(first.session());
    for (var i = 0; i < 50; i++) {
      clock.forward(Duration.ofSeconds(1));
      sessions.openFor(user, BROWSER);
    }

    assertThat(sessions.find(first.cookie())).isEmpty();
    assertThat(sessions.of(user.subject())).hasSize(50);
    assertThat(accountStatus.ended(user.subject(), List.of(grant))).isTrue();
  }

  @Test
  void a_provider_is_asked_whether_it_still_vouches_and_with_which_groups() {
    try (var provider = new FakeProvider(clock);
        var providers =
            new Providers(
                List.of(provider.settings("fake")), OWN + "/callback", accountStatus, clock);
        var rechecks = new Rechecks(sessions, providers, SessionLimits.DEFAULTS.recheck())) {
      var subject = UUID.randomUUID().toString();
      provider.claims.put("sub", subject);
      provider.claims.put("groups", List.of("ops"));
      var known = new Person(provider.issuer(), subject, Set.of("ml"), "", "");
      var cookie =
          sessions
              .openFor(ended(known, Optional.of(new Secret("renewal"))), "fake", BROWSER)
              .cookie();
      assertThat(rechecks.run()).isZero();
      assertThat(provider.asked.get()).isZero();

      clock.forward(Duration.ofMinutes(6));
      assertThat(rechecks.run()).isZero();

      assertThat(caller(cookie).orElseThrow().groups()).containsExactly("ops");
      provider.trouble = FakeProvider.Trouble.ERROR;
      clock.forward(Duration.ofMinutes(6));
      assertThat(rechecks.run()).isZero();
      assertThat(sessions.find(cookie)).isPresent();
      provider.trouble = FakeProvider.Trouble.NONE;
      provider.vouches = false;
      assertThat(rechecks.run()).isEqualTo(1);
      assertThat(sessions.find(cookie)).isEmpty();
    }
  }

  @Test
  void a_provider_that_does_not_answer_is_asked_once_in_a_round() {
    try (var provider = new FakeProvider(clock);
        var providers =
            new Providers(
                List.of(provider.settings("fake")), OWN + "/callback", accountStatus, clock);
        var rechecks = new Rechecks(sessions, providers, SessionLimits.DEFAULTS.recheck())) {
      var known = new Person(provider.issuer(), UUID.randomUUID().toString(), Set.of(), "", "");
      for (var i = 0; i < 5; i++) {
        sessions.openFor(ended(known, Optional.of(new Secret("renewal"))), "fake", BROWSER);
      }
      clock.forward(Duration.ofMinutes(6));
      providers.login("fake").orElseThrow().begin();
      provider.trouble = FakeProvider.Trouble.ERROR;
      var before = provider.asked.get();

      assertThat(rechecks.run()).isZero();

      assertThat(provider.asked.get() - before).isEqualTo(1);
      provider.trouble = FakeProvider.Trouble.NONE;
      provider.vouches = false;
      assertThat(rechecks.run()).isEqualTo(5);
    }
  }

  @Test
  void a_provider_is_asked_for_as_long_as_a_program_acts_by_an_idle_session() {
    try (var provider = new FakeProvider(clock);
        var providers =
            new Providers(
                List.of(provider.settings("fake")), OWN + "/callback", accountStatus, clock);
        var rechecks = new Rechecks(sessions, providers, SessionLimits.DEFAULTS.recheck())) {
      var known = new Person(provider.issuer(), UUID.randomUUID().toString(), Set.of(), "", "");
      var used =
          sessions.openFor(ended(known, Optional.of(new Secret("renewal"))), "fake", BROWSER);
      sessions.openFor(ended(known, Optional.of(new Secret("renewal"))), "fake", BROWSER);
      var grant = granted(used.session());
      provider.vouches = false;

      clock.forward(Duration.ofHours(13));

      assertThat(rechecks.run()).isEqualTo(1);
      assertThat(accountStatus.ended(known.principal(), List.of(grant))).isTrue();
    }
  }

  @Test
  void what_came_of_a_provider_that_was_taken_out_ends() {
    try (var provider = new FakeProvider(clock);
        var kept =
            new Providers(
                List.of(provider.settings("idp")), OWN + "/callback", accountStatus, clock);
        var before = new Rechecks(sessions, kept, SessionLimits.DEFAULTS.recheck());
        var none = new Providers(List.of(), OWN + "/callback", accountStatus, clock);
        var after = new Rechecks(sessions, none, SessionLimits.DEFAULTS.recheck())) {
      var known = new Person(provider.issuer(), UUID.randomUUID().toString(), Set.of(), "", "");
      var local = sessions.openFor(user, BROWSER);
      var session = sessions.openFor(ended(known, Optional.empty()), "idp", BROWSER);
      var namesake = sessions.openFor(ended(person, Optional.empty()), "idp", BROWSER);
      var grant = granted(session.session());

      assertThat(before.endOfFormerProviders()).isPositive();
      assertThat(sessions.find(session.cookie())).isPresent();
      assertThat(sessions.find(namesake.cookie())).isEmpty();
      assertThat(after.endOfFormerProviders()).isPositive();

      assertThat(sessions.find(session.cookie())).isEmpty();
      assertThat(accountStatus.ended(known.principal(), List.of(grant))).isTrue();
      assertThat(sessions.find(local.cookie())).isPresent();
    }
  }

  /** What a program has that acts by a session; its id. */
  private String granted(Session session) {
    var id = UUID.randomUUID().toString();
    var unused =
        database
            .api()
            .run(
                "grant",
                connection -> {
                  try (var statement =
                      connection.prepareStatement(
                          "INSERT INTO login_grant (id, client_id, subject, scopes, created_at, ends_at,"
                              + " session_id) VALUES (?::uuid, 'flytectl', ?, '{}', ?, ?, ?::uuid)")) {
                    Arguments.of(statement)
                        .text(id)
                        .text(session.principal())
                        .instant(clock.instant())
                        .instant(session.endsAt())
                        .text(session.id());
                    return statement.executeUpdate();
                  }
                });
    return id;
  }

  private Optional<Caller> caller(Secret cookie) {
    return sessions.find(cookie).flatMap(session -> sessions.caller(session, OWN));
  }

  private static ProviderLogin.Ended ended(Person person, Optional<Secret> renewal) {
    return new ProviderLogin.Ended(
        person, new Strength(Optional.of("gold"), Set.of("pwd", "otp")), renewal);
  }
}
