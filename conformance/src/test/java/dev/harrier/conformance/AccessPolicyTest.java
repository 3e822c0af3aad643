package dev.harrier.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program that is no administrator, under a policy that changes while the server runs. */
@Tag("python")
final class AccessPolicyTest {
  private static final Duration IN_FORCE_LIMIT = Duration.ofMinutes(1);
  private static final String DEVELOPMENT = "/api/v1/executions/flytesnacks/development?limit=1";
  private static final String PRODUCTION = "/api/v1/executions/flytesnacks/production?limit=1";

  @Test
  void a_policy_is_in_force_when_it_changes_and_an_unsound_one_changes_nothing(@TempDir Path folder)
      throws Exception {
    try (var harrier = Harrier.start(folder)) {
      var token = Optional.of(token(harrier, secret(harrier)));
      var api = harrier.api();
      assertThat(api.getAs(DEVELOPMENT, token).status()).isEqualTo(403);

      write(
          harrier,
          "bindings: [{name: ci, subjects: ['sa:ci'], role: viewer, scope: {project: flytesnacks, domain: development}}]");

      Patience.awaitTrue(
          "the policy to be in force",
          IN_FORCE_LIMIT,
          () -> api.getAs(DEVELOPMENT, token).status() == 200);
      var elsewhere = api.getAs(PRODUCTION, token);
      assertThat(elsewhere.status()).isEqualTo(403);
      assertThat(elsewhere.message())
          .isEqualTo(
              "sa:ci lacks the permission execution:read on project 'flytesnacks', domain 'production'.");
      assertThat(api.getAs("/api/v1/projects", token).text()).contains("flytesnacks");

      write(
          harrier,
          "bindings: [{name: ci, subjects: ['sa:ci'], role: runner, scope: {project: flytesnacks, domain: development}}]");

      // Only what is one's own may be ended, and what is not there is nobody's.
      Patience.awaitTrue(
          "a runner to be asked for what is its own",
          IN_FORCE_LIMIT,
          () ->
              Api.as(harrier, token.orElseThrow())
                  .delete("/api/v1/executions/flytesnacks/development/x", new JsonObject())
                  .message()
                  .equals(
                      "sa:ci lacks the permission execution:terminate on project 'flytesnacks', domain 'development'."));

      write(harrier, "bindings: [{name: ci}]");

      Patience.awaitTrue(
          "the unsound policy to be told",
          IN_FORCE_LIMIT,
          () -> harrier.output().contains("the one before stays in force"));
      assertThat(api.getAs(DEVELOPMENT, token).status()).isEqualTo(200);

      write(
          harrier,
          """
          bindings: [{name: ci, subjects: ['sa:ci'], role: viewer}]
          denies: [{name: no, subjects: ['sa:*'], permissions: ['execution:read'], scope: {domain: development}}]
          """);

      Patience.awaitTrue(
          "the deny to be in force",
          IN_FORCE_LIMIT,
          () -> api.getAs(DEVELOPMENT, token).status() == 403);
      assertThat(api.getAs(PRODUCTION, token).status()).isEqualTo(200);
    }
  }

  @Test
  void a_policy_is_tried_put_and_read_by_command_and_lands_in_the_home(@TempDir Path folder)
      throws Exception {
    try (var harrier = Harrier.start(folder)) {
      var file = harrier.home().resolve("access.yaml");
      var token = Optional.of(token(harrier, secret(harrier)));
      var next = folder.resolve("next.yaml");
      Files.writeString(
          next,
          "# For the nightly runs.\napiVersion: authz/v1\nbindings: [{name: ci, subjects: ['sa:ci'], role: viewer}]\n");

      var trial = access(harrier, "put", "--dry-run", next.toString()).succeeded();

      assertThat(trial.output())
          .contains("would take the place of no policy")
          .contains("sa:ci gains")
          .contains("execution:read");
      assertThat(file).doesNotExist();

      var put = access(harrier, "put", next.toString()).succeeded();

      assertThat(put.output()).contains("took the place of no policy");
      assertThat(harrier.api().getAs(DEVELOPMENT, token).status()).isEqualTo(200);
      assertThat(file).hasSameTextualContentAs(next);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
      assertThat(access(harrier, "get").succeeded().output())
          .contains(Files.readString(next))
          .contains("in file " + file);

      var stale = access(harrier, "put", "--etag", "0123", next.toString());

      assertThat(stale.exitCode()).isNotZero();
      assertThat(stale.output()).contains("'0123'");
      assertThat(harrier.output()).contains("sa:harrier-local replaced ''");
    }
  }

  private static Ran access(Harrier harrier, String... words) {
    var line = new ArrayList<>(Places.server());
    line.add("access");
    line.addAll(List.of(words));
    line.addAll(List.of("--home", harrier.home().toString()));
    return Ran.of(harrier.folder(), Map.of(), line);
  }

  private static void write(Harrier harrier, String yaml) throws IOException {
    Files.writeString(harrier.home().resolve("access.yaml"), "apiVersion: authz/v1\n" + yaml);
  }

  private static String secret(Harrier harrier) {
    var line = new ArrayList<>(Places.server());
    line.addAll(List.of("client", "add", "--home", harrier.home().toString(), "ci"));
    return Ran.of(harrier.folder(), Map.of(), line).succeeded().lastLine().strip();
  }

  private static String token(Harrier harrier, String secret) throws Exception {
    var basic =
        Base64.getEncoder().encodeToString(("ci:" + secret).getBytes(StandardCharsets.UTF_8));
    var request =
        HttpRequest.newBuilder(URI.create(harrier.url() + "/oauth2/token"))
            .header("authorization", "Basic " + basic)
            .header("content-type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString("grant_type=client_credentials&scope=all"))
            .build();
    try (var client = HttpClient.newHttpClient()) {
      var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      return JsonParser.parseString(answer.body())
          .getAsJsonObject()
          .get("access_token")
          .getAsString();
    }
  }
}
