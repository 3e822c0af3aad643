package dev.harrier.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.runtime.process.folder.Names;
import dev.harrier.spi.AttemptId;
import dev.harrier.spi.Observation;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tokens with which attempts call the API, for as long as they run. */
@Tag("python")
final class AttemptTokensTest {
  private static final URI SERVER = URI.create("http://localhost:30080");

  /** Ends when its token is another one than at its start; it shows both. */
  private static final String AWAITS_ANOTHER =
      """
      token=$(dirname "$FLYTECTL_CONFIG")/token
      first=$(cat "$token")
      while [ "$(cat "$token")" = "$first" ]; do sleep 0.05; done
      echo "$first" then "$(cat "$token")"
      """;

  private final AtomicInteger made = new AtomicInteger();

  @TempDir private Path folder = Path.of("");

  @Test
  void a_running_attempt_gets_another_token_again_and_again() throws IOException {
    try (var shop = new Workshop(folder, settings -> settings)) {
      callable(shop, Duration.ofMillis(200), this::numbered);
      var id = Workshop.attempt("n0");

      var end = shop.run(id, Workshop.shell(AWAITS_ANOTHER));

      assertThat(end).isInstanceOf(Observation.Succeeded.class);
      // Which of them it saw first hangs on how long its start took.
      assertThat(shop.log(id)).matches("token-[0-9]+ then token-[0-9]+\n");
    }
  }

  @Test
  void whoever_could_not_be_renewed_for_long_is_as_soon_as_a_server_is_there() throws IOException {
    try (var shop = new Workshop(folder, settings -> settings)) {
      callable(shop, Duration.ofDays(1), this::numbered);
      var id = Workshop.attempt("n0");
      shop.runtime.start(shop.start(id, Workshop.shell(AWAITS_ANOTHER)));
      shop.observed.await(id, Observation.Started.class);
      shop.runtime.close();

      shop.reopen();

      assertThat(shop.observed.awaitEnd(id)).isInstanceOf(Observation.Succeeded.class);
      assertThat(shop.log(id)).isEqualTo("token-1 then token-2\n");
    }
  }

  @Test
  void one_token_that_cannot_be_made_keeps_no_other_attempt_waiting() throws IOException {
    try (var shop = new Workshop(folder, settings -> settings)) {
      var unlucky = Workshop.attempt("n0");
      callable(
          shop,
          Duration.ofMillis(200),
          (attempt, lifetime) -> {
            var number = made.incrementAndGet();
            if (number > 2 && attempt.equals(unlucky)) {
              throw new IllegalStateException("no token for this one");
            }
            return "token-" + number;
          });
      shop.runtime.start(shop.start(unlucky, Workshop.shell("sleep 600")));
      shop.observed.await(unlucky, Observation.Started.class);

      var end = shop.run(Workshop.attempt("n1"), Workshop.shell(AWAITS_ANOTHER));

      assertThat(end).isInstanceOf(Observation.Succeeded.class);
      shop.end(unlucky);
    }
  }

  @Test
  void a_token_is_in_a_private_file_and_an_attempt_that_is_gone_gets_none() throws IOException {
    try (var shop = new Workshop(folder, settings -> settings)) {
      callable(shop, Duration.ofMillis(50), this::numbered);
      var id = Workshop.attempt("n0");
      var token = shop.home.resolve("process/attempts/" + Names.of(id) + "/api/token");
      shop.runtime.start(shop.start(id, Workshop.shell("sleep 600")));
      shop.observed.await(id, Observation.Started.class);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(token)))
          .isEqualTo("rw-------");

      shop.runtime.abort(id, 1, "seen enough");
      shop.runtime.acknowledge(id);
      Processes.await(() -> !Files.exists(token));

      var before = made.get();
      var next = Workshop.attempt("n1");
      shop.run(next, Workshop.shell(AWAITS_ANOTHER));
      assertThat(made.get()).isGreaterThan(before);
      assertThat(token).doesNotExist();
    }
  }

  private String numbered(AttemptId attempt, Duration lifetime) {
    return "token-" + made.incrementAndGet();
  }

  private static void callable(Workshop shop, Duration renewedEvery, ApiForTasks.Tokens tokens)
      throws IOException {
    shop.runtime.close();
    shop.api = Optional.of(new ApiForTasks(SERVER, Optional.empty(), tokens, renewedEvery));
    shop.reopen();
  }
}
