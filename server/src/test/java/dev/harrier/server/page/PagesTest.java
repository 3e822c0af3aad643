package dev.harrier.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import dev.harrier.security.policy.PolicyAccess;
import dev.harrier.security.token.Authenticator;
import dev.harrier.security.token.Endings;
import dev.harrier.security.token.LiveAttempts;
import dev.harrier.security.token.SigningKeys;
import dev.harrier.security.token.TokenIssuer;
import dev.harrier.security.token.TokenVerifier;
import dev.harrier.server.EdgeUnderTest;
import dev.harrier.server.http.OpenApi;
import dev.harrier.spi.AttemptId;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.NodeId;
import flyteidl.service.AdminServiceGrpc.AdminServiceImplBase;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PagesTest {
  private static final String ISSUER = "http://pages.test";
  private static final AttemptId ATTEMPT =
      new AttemptId(new NodeId(new ExecutionId("p", "d", "e1"), "n0"), 0);

  private final SigningKeys key = SigningKeys.generate();
  private final TokenIssuer tokens = new TokenIssuer(ISSUER, key, Clock.systemUTC());
  private final EdgeUnderTest edge;

  PagesTest(@TempDir Path folder) throws Exception {
    var callers =
        new HttpCallers(
            new Authenticator(
                new TokenVerifier(ISSUER, key, Clock.systemUTC(), Endings.NONE, LiveAttempts.ALL)));
    var log = Files.writeString(folder.resolve("log"), "hello from n0\n");
    Files.createSymbolicLink(folder.resolve("log7"), log);
    edge =
        EdgeUnderTest.serving(
            List.of(
                new LivenessPage(),
                new OpenApiPage(
                    callers,
                    () ->
                        OpenApi.of(List.of(new AdminServiceImplBase() {}.bindService()), "1.2.3")),
                new LogPage(
                    callers,
                    PolicyAccess.administeredBy(ISSUER, Set.of("admin")),
                    attempt ->
                        Optional.of(
                            attempt.equals(ATTEMPT)
                                ? log
                                : log.resolveSibling("log" + attempt.number())))));
  }

  @AfterAll
  void stop() {
    edge.close();
  }

  @Test
  void a_log_is_for_those_who_may_read_the_executions_data() throws Exception {
    var path = LogPage.path(ATTEMPT);
    var task = tokens.forAttempt(ATTEMPT, Duration.ofMinutes(1));
    var foreign =
        tokens.forAttempt(
            new AttemptId(new NodeId(new ExecutionId("p", "other", "e1"), "n0"), 0),
            Duration.ofMinutes(1));

    assertThat(edge.send(as(task, path)).body()).isEqualTo("hello from n0\n");
    assertThat(edge.send(as(foreign, path)).statusCode()).isEqualTo(403);
    assertThat(edge.send(anonymous(path)).statusCode()).isEqualTo(401);
  }

  @Test
  void a_log_that_is_not_there_is_not_found_and_a_wrong_number_refused() throws Exception {
    var task = tokens.forAttempt(ATTEMPT, Duration.ofMinutes(1));

    assertThat(edge.send(as(task, "/harrier/logs/p/d/e1/n0/1")).statusCode()).isEqualTo(404);
    assertThat(edge.send(as(task, "/harrier/logs/p/d/e1/n0/-1")).statusCode()).isEqualTo(400);
    assertThat(edge.send(as(task, "/harrier/logs/p/d/e1/n0/99999999999")).statusCode())
        .isEqualTo(400);
  }

  @Test
  void a_link_in_the_place_of_a_log_is_not_followed() throws Exception {
    var task = tokens.forAttempt(ATTEMPT, Duration.ofMinutes(1));

    assertThat(edge.send(as(task, "/harrier/logs/p/d/e1/n0/7")).statusCode()).isEqualTo(404);
  }

  @Test
  void the_api_is_described_to_known_callers() throws Exception {
    var admin = tokens.forClient("admin", Set.of(), Duration.ofMinutes(1));

    var answer = edge.send(as(admin, "/api/v1/openapi"));

    var document = JsonParser.parseString(answer.body()).getAsJsonObject();
    assertThat(document.getAsJsonObject("paths").keySet())
        .contains("/api/v1/executions", "/api/v1/tasks/{id.project}/{id.domain}/{id.name}");
    assertThat(document.getAsJsonObject("components").getAsJsonObject("schemas").keySet())
        .contains("flyteidl.admin.ExecutionCreateRequest", "flyteidl.core.Literal");
    assertThat(edge.send(anonymous("/api/v1/openapi")).statusCode()).isEqualTo(401);
  }

  @Test
  void liveness_is_open() throws Exception {
    assertThat(edge.send(anonymous("/healthcheck")).statusCode()).isEqualTo(200);
  }

  private HttpRequest.Builder as(TokenIssuer.Token token, String path) {
    return anonymous(path).header("authorization", "Bearer " + token.value().reveal());
  }

  private HttpRequest.Builder anonymous(String path) {
    return HttpRequest.newBuilder(URI.create(edge.url() + path));
  }
}
