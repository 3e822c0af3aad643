package dev.harrier.security.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.harrier.database.Database;
import dev.harrier.database.TestDatabase;
import dev.harrier.security.Secret;
import dev.harrier.security.TestClock;
import dev.harrier.security.token.AccountStatus;
import dev.harrier.security.user.LoginDelays.Origin;
import dev.harrier.security.user.PasswordLogin.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(TestDatabase.class)
final class PasswordLoginTest {
  private static final Secret PASSWORD = new Secret("correct horse battery");
  private static final Secret WRONG = new Secret("wrong horse battery");

  private final TestClock clock = new TestClock();
  private final Users users;
  private final PasswordLinks links;
  private final PasswordLogin logins;
  private final String name = "u" + UUID.randomUUID();
  private final Origin address = Origin.of("10.0.0.1/" + UUID.randomUUID());

  PasswordLoginTest(Database database) {
    var accountStatus = new AccountStatus(database, clock);
    users = new Users(database, accountStatus, clock);
    links = new PasswordLinks(database, accountStatus, clock);
    logins = PasswordLogin.of(users, links, new LoginDelays(database, clock));
  }

  @Test
  void a_user_logs_in_with_the_password_that_was_chosen_by_the_link() {
    users.add(name, false);
    var link = links.forUser(name);

    assertThat(links.choose(link, "", PASSWORD))
        .isEqualTo(new PasswordLinks.Outcome.Chosen(name, false));

    assertThat(login(PASSWORD)).isInstanceOf(Outcome.Welcome.class);
    assertThat(logins.login(" " + name.toUpperCase(java.util.Locale.ROOT), PASSWORD, address))
        .isInstanceOf(Outcome.Welcome.class);
    assertThat(login(WRONG)).isInstanceOf(Outcome.Refused.class);
  }

  @Test
  void a_rush_of_guesses_waits_for_itself() throws Exception {
    users.add(name, false);
    links.choose(links.forUser(name), "", PASSWORD);
    try (var guessers = Executors.newVirtualThreadPerTaskExecutor()) {
      var guesses =
          IntStream.range(0, 300)
              .mapToObj(i -> guessers.submit(() -> logins.login("nobody" + i, WRONG, address)))
              .toList();

      var outcomes = new ArrayList<Outcome>();
      for (var guess : guesses) {
        outcomes.add(guess.get());
      }

      assertThat(outcomes)
          .filteredOn(new Outcome.Wait(Duration.ofSeconds(5))::equals)
          .hasSizeGreaterThan(100);
      assertThat(outcomes).noneMatch(Outcome.Welcome.class::isInstance);
    }
    assertThat(logins.login(name, PASSWORD, Origin.of("10.0.0.2/" + UUID.randomUUID())))
        .isInstanceOf(Outcome.Welcome.class);
  }

  @Test
  void a_link_is_good_once_for_a_day_and_until_a_newer_one() {
    users.add(name, false);
    var older = links.forUser(name);
    var link = links.forUser(name);
    var late = links.forUser(name);

    assertThat(links.look(older)).isEmpty();
    assertThat(links.look(link)).isEmpty();
    clock.forward(PasswordLinks.LIFETIME.plusSeconds(1));
    assertThat(links.choose(late, "", PASSWORD)).isInstanceOf(PasswordLinks.Outcome.NoLink.class);
    var good = links.forUser(name);
    links.choose(good, "", PASSWORD);
    assertThat(links.choose(good, "", WRONG)).isInstanceOf(PasswordLinks.Outcome.NoLink.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "short", "foobar", "aaaaaaaaaaaaaaaa", "Password1234", "Harrier is great 1"})
  void a_weak_password_is_refused_and_the_link_stays_good(String password) {
    users.add(name, false);
    var link = links.forUser(name);

    assertThat(links.choose(link, "", new Secret(password)))
        .isInstanceOf(PasswordLinks.Outcome.Objection.class);
    assertThat(links.look(link)).isPresent();
  }

  @Test
  void nobody_unknown_disabled_or_without_a_password_is_told_why() {
    assertThat(login(PASSWORD)).isEqualTo(new Outcome.Refused());
    users.add(name, false);
    assertThat(login(PASSWORD)).isEqualTo(new Outcome.Refused());
    links.choose(links.forUser(name), "", PASSWORD);
    users.setDisabled(name, true);
    assertThat(login(PASSWORD)).isEqualTo(new Outcome.Refused());
    assertThat(logins.login("no\nname", PASSWORD, address)).isEqualTo(new Outcome.Refused());
  }

  @Test
  void guesses_at_a_user_must_wait_longer_each_time_and_a_wait_ends() {
    users.add(name, false);
    links.choose(links.forUser(name), "", PASSWORD);
    IntStream.range(0, 5).forEach(guess -> login(WRONG));

    assertThat(login(PASSWORD)).isInstanceOf(Outcome.Wait.class);

    clock.forward(Duration.ofSeconds(2));
    assertThat(login(WRONG)).isInstanceOf(Outcome.Refused.class);
    clock.forward(Duration.ofSeconds(1));
    assertThat(login(PASSWORD)).isInstanceOf(Outcome.Wait.class);
    clock.forward(Duration.ofSeconds(3));
    assertThat(login(PASSWORD)).isInstanceOf(Outcome.Welcome.class);
    assertThat(login(WRONG)).isInstanceOf(Outcome.Refused.class);
  }

  @Test
  void guesses_from_many_addresses_of_one_network_must_wait() {
    var network =
        "2001:db8:%x:%x:0:0:0:".formatted(name.hashCode() >>> 16, name.hashCode() & 0xffff);
    IntStream.range(0, 21)
        .forEach(guess -> logins.login("u" + UUID.randomUUID(), WRONG, Origin.of(network + guess)));

    assertThat(logins.login("u" + UUID.randomUUID(), WRONG, Origin.of(network + "ffff")))
        .isInstanceOf(Outcome.Wait.class);
  }

  @Test
  void guesses_from_an_address_at_many_users_must_wait() {
    IntStream.range(0, 21).forEach(guess -> logins.login("u" + UUID.randomUUID(), WRONG, address));

    assertThat(logins.login("u" + UUID.randomUUID(), WRONG, address))
        .isInstanceOf(Outcome.Wait.class);
    assertThat(
            logins.login(
                "u" + UUID.randomUUID(), WRONG, Origin.of("10.0.0.2/" + UUID.randomUUID())))
        .isInstanceOf(Outcome.Refused.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"127.0.0.1", "127.8.9.10", "0:0:0:0:0:0:0:1", "0:0:0:0:0:0:0:1%lo", "::1"})
  void who_guesses_on_this_machine_makes_nobody_else_on_it_wait(String loopback) {
    users.add(name, false);
    links.choose(links.forUser(name), "", PASSWORD);
    IntStream.range(0, 30)
        .forEach(guess -> logins.login("u" + UUID.randomUUID(), WRONG, Origin.of(loopback)));

    assertThat(logins.login(name, PASSWORD, Origin.of(loopback)))
        .isInstanceOf(Outcome.Welcome.class);
  }

  @Test
  void strangers_who_go_on_guessing_do_not_keep_a_user_out_of_a_browser_that_is_known() {
    users.add(name, false);
    links.choose(links.forUser(name), "", PASSWORD);
    var known = new Origin("10.0.0.3/" + name, Optional.of("browser-" + name));
    for (var round = 0; round < 20; round++) {
      // Whoever polls takes each free moment first.
      login(WRONG);
      clock.forward(Duration.ofMinutes(5));
    }
    login(WRONG);

    assertThat(logins.login(name, PASSWORD, Origin.of("10.0.0.4/" + name)))
        .isInstanceOf(Outcome.Wait.class);
    assertThat(logins.login(name, PASSWORD, known)).isInstanceOf(Outcome.Welcome.class);
    assertThat(login(WRONG)).isInstanceOf(Outcome.Wait.class);
    IntStream.range(0, 6).forEach(guess -> logins.login(name, WRONG, known));
    assertThat(logins.login(name, PASSWORD, known)).isInstanceOf(Outcome.Wait.class);
  }

  @Test
  void a_new_password_ends_the_wait_that_guesses_at_the_old_one_made() {
    users.add(name, false);
    links.choose(links.forUser(name), "", PASSWORD);
    IntStream.range(0, 6).forEach(guess -> login(WRONG));
    assertThat(login(PASSWORD)).isInstanceOf(Outcome.Wait.class);

    links.choose(links.forUser(name), "", PASSWORD);

    assertThat(login(PASSWORD)).isInstanceOf(Outcome.Welcome.class);
  }

  @Test
  void no_wait_is_longer_than_five_minutes() {
    assertThat(LoginDelays.delay(-1)).isZero();
    assertThat(LoginDelays.delay(0)).isEqualTo(Duration.ofSeconds(1));
    assertThat(LoginDelays.delay(3)).isEqualTo(Duration.ofSeconds(8));
    assertThat(LoginDelays.delay(1_000)).isEqualTo(Duration.ofMinutes(5));
  }

  @Test
  void names_are_given_once_and_are_names() {
    users.add(name, false);

    assertThatThrownBy(() -> users.add(name, true)).hasMessageContaining("already");
    assertThatThrownBy(() -> users.add("Ada Lovelace", true)).hasMessageContaining("name of");
    assertThatThrownBy(() -> users.setDisabled("nobody-" + name, true))
        .hasMessageContaining("no user");
  }

  private Outcome login(Secret password) {
    return logins.login(name, password, address);
  }
}
