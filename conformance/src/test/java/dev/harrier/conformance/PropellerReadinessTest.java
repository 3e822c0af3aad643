package dev.harrier.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whoever watches a propeller is told when it cannot work, and why; and so is admin's log. */
@Tag("python")
final class PropellerReadinessTest {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Pattern REFUSED =
      Pattern.compile(
          ".* WARN .*JournalService/\\w+ of [\\w :]+ is refused: (UNAUTHENTICATED|PERMISSION_DENIED) .+");

  /** A line a minute of each call's name; without that bound there would be hundreds. */
  private static final int LINES_MAX = 20;

  private final Path folder;
  private final Harrier harrier;
  private final HttpClient client = HttpClient.newHttpClient();

  PropellerReadinessTest() throws IOException {
    folder = Files.createTempDirectory("hr");
    harrier = Harrier.startSplit(folder, List.of());
  }

  @AfterEach
  void close() {
    client.close();
    harrier.close();
    SharedHarrier.deleteAll(folder);
  }

  @Test
  void a_propeller_says_when_admin_is_away_and_when_it_was_locked_out() {
    assertThat(ready().statusCode()).isEqualTo(200);
    assertThat(ready().body()).isEqualTo("ready\n");

    harrier.kill();
    var away = awaitUnready("admin does not answer");
    assertThat(away.statusCode()).isEqualTo(503);
    assertThat(away.body()).startsWith("not ready: ");
    harrier.restart();
    Patience.awaitTrue("readiness", LIMIT, () -> ready().statusCode() == 200);

    disable();
    var locked = awaitUnready("admin refuses this propeller: UNAUTHENTICATED");
    assertThat(locked.statusCode()).isEqualTo(503);
    assertThat(locked.body()).doesNotContain(secret());
    // It lives on: who restarts it would mend nothing.
    assertThat(get("/healthz").statusCode()).isEqualTo(200);
    awaitRefusals();
  }

  private void awaitRefusals() {
    Patience.awaitTrue("admin's log to say why", LIMIT, () -> !refusals().isEmpty());
    assertThat(refusals())
        .hasSizeLessThan(LINES_MAX)
        .noneMatch(line -> line.contains(secret()) || line.contains("eyJ"));
  }

  private List<String> refusals() {
    return harrier.lastOutput().lines().filter(REFUSED.asMatchPredicate()).toList();
  }

  private void disable() {
    var line = new ArrayList<>(Places.server());
    line.addAll(List.of("client", "disable", "--home", harrier.home().toString(), Split.CLIENT));
    Ran.of(folder, Map.of(), line).succeeded();
  }

  private String secret() {
    try {
      return Files.readString(harrier.propeller().secretFile()).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private HttpResponse<String> awaitUnready(String why) {
    Patience.awaitTrue(
        "'%s' of readiness".formatted(why), LIMIT, () -> ready().body().contains(why));
    return ready();
  }

  private HttpResponse<String> ready() {
    return get("/readyz");
  }

  private HttpResponse<String> get(String path) {
    var url = harrier.propeller().metrics().resolve(path);
    try {
      return client.send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("Interrupted while asking for readiness", e);
    }
  }
}
