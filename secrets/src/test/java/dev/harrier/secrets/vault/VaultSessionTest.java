package dev.harrier.secrets.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.harrier.secrets.FakeService;
import dev.harrier.secrets.FakeService.Answer;
import dev.harrier.secrets.FakeService.Request;
import dev.harrier.secrets.SecretFile;
import dev.harrier.secrets.ServiceUnavailableException;
import dev.harrier.secrets.http.HttpService;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of tokens, by a Vault that answers as no good one does. */
final class VaultSessionTest {
  private final Path folder;
  private final Set<String> living = new HashSet<>();
  private Path credential = Path.of("");
  private int logins;

  VaultSessionTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @BeforeEach
  void write() throws Exception {
    credential = SecretFile.write(folder.resolve("credential"), "word");
  }

  @Test
  void whoever_is_refused_again_and_again_leaves_one_token_in_vault() throws Exception {
    var clock = new SteppedClock();
    try (var vault = new FakeService(this::forbidding);
        var calls = calls(vault, new VaultLogin.AppRole("approle", "role", credential), clock)) {
      for (var i = 0; i < 5; i++) {
        assertThatThrownBy(() -> calls.get("kv/data/forbidden"))
            .isInstanceOf(ServiceUnavailableException.class)
            .hasMessageContaining("lacks the path");
        clock.step(Duration.ofMinutes(1));
      }

      assertThat(logins).isGreaterThan(1);
      assertThat(living).hasSize(1);
    }
  }

  @Test
  void an_operators_token_is_never_revoked() throws Exception {
    var clock = new SteppedClock();
    living.add("word");
    try (var vault = new FakeService(this::forbidding);
        var calls = calls(vault, new VaultLogin.TokenFile(credential), clock)) {
      for (var i = 0; i < 2; i++) {
        assertThatThrownBy(() -> calls.get("kv/data/forbidden"))
            .isInstanceOf(ServiceUnavailableException.class);
        clock.step(Duration.ofMinutes(1));
      }

      assertThat(living).containsExactly("word");
    }
  }

  @Test
  void an_answer_with_an_absurd_life_or_without_a_truth_is_a_token_nevertheless() throws Exception {
    for (var about :
        new String[] {
          "{\"ttl\": 9000000000000000000, \"renewable\": true}",
          "{\"ttl\": 3600, \"renewable\": null}",
          "{\"ttl\": 3600, \"renewable\": []}"
        }) {
      try (var vault = new FakeService(asked -> new Answer(200, "{\"data\": " + about + "}"))) {
        var session =
            new VaultSession(
                new HttpService(vault.address(), Optional.empty()),
                new VaultLogin.TokenFile(credential),
                Optional.empty(),
                Clock.systemUTC());

        assertThat(session.token().reveal()).isEqualTo("word");
        assertThat(session.untilRenewal()).isEqualTo(Duration.ofMinutes(1));
      }
    }
  }

  @Test
  void a_round_that_fails_unforeseen_is_not_the_last() throws Exception {
    var renewed = new CountDownLatch(1);
    var instants = new AtomicInteger();
    var clock =
        new SteppedClock() {
          @Override
          public Instant instant() {
            // Twice to look the token up, once for the pause; then it is to be renewed.
            if (instants.incrementAndGet() == 4) {
              throw new DateTimeException("unforeseen");
            }
            return super.instant();
          }
        };
    try (var vault =
            new FakeService(
                asked -> {
                  if (asked.path().endsWith("/renew-self")) {
                    renewed.countDown();
                  }
                  return new Answer(200, "{\"data\": {\"ttl\": 2, \"renewable\": true}}");
                });
        var calls = calls(vault, new VaultLogin.TokenFile(credential), clock)) {
      calls.start();

      assertThat(renewed.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  private synchronized Answer forbidding(Request request) {
    if (request.path().endsWith("/login")) {
      var token = "token-" + ++logins;
      living.add(token);
      return new Answer(
          200, "{\"auth\": {\"client_token\": \"%s\", \"lease_duration\": 3600}}".formatted(token));
    }
    if (request.path().endsWith("/lookup-self")) {
      return new Answer(200, "{\"data\": {\"ttl\": 3600}}");
    }
    if (request.path().endsWith("/revoke-self")) {
      living.removeIf(token -> request.headers().contains("[" + token + "]"));
      return new Answer(204, "");
    }
    return new Answer(403, "{}");
  }

  private static VaultCalls calls(FakeService vault, VaultLogin login, Clock clock) {
    return new VaultCalls(vault.address(), Optional.empty(), Optional.empty(), login, clock);
  }
}
