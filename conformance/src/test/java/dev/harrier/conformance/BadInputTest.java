package dev.harrier.conformance;

import static dev.harrier.conformance.Json.integer;
import static dev.harrier.conformance.Json.string;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.harrier.conformance.SharedHarrier.World;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong is refused with a sentence, and nothing changes. */
@Tag("python")
@ExtendWith(SharedHarrier.class)
@TestInstance(Lifecycle.PER_CLASS)
final class BadInputTest {
  private static final int INVALID = 3;
  private static final int ALREADY_EXISTS = 6;

  /** Nobody else works there, so that a count tells whether something changed. */
  private static final String DOMAIN = "staging";

  private static final int REQUEST_BYTES_MAX = 10 << 20;

  private final World world;
  private final Executions executions;

  BadInputTest(World world) {
    this.world = world;
    this.executions = new Executions(world.api(), World.PROJECT, DOMAIN, World.VERSION);
  }

  @BeforeAll
  void register() {
    world
        .clients()
        .register(
            world.folder(),
            World.PROJECT,
            DOMAIN,
            World.VERSION,
            Places.workflows().resolve("shapes.py"))
        .succeeded();
  }

  @ParameterizedTest
  @CsvSource({"--project,nowhere", "--domain,moon"})
  void an_unknown_project_or_domain_is_named(String option, String value) {
    var ran =
        world
            .clients()
            .pyflyte(
                Places.examples().resolve("hello"),
                "run",
                "--remote",
                option,
                value,
                "hello.py",
                "hello");

    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.words()).contains(value).doesNotContain("UNKNOWN", "INTERNAL");
    assertThat(world.api().get("/api/v1/projects").text()).doesNotContain(value);
  }

  static Stream<Arguments> inputs() {
    return Stream.of(
        Arguments.of(Map.of(), "expected_inputs x missing"),
        Arguments.of(Map.of("x", integer(1), "zz", integer(2)), "invalid input zz"),
        Arguments.of(Map.of("x", string("one")), "invalid x input wrong type"));
  }

  @ParameterizedTest
  @MethodSource("inputs")
  void missing_extra_and_wrongly_typed_inputs_are_named(
      Map<String, JsonObject> inputs, String sentence) {
    var before = executions.count();

    var answer = executions.send(executions.request("workflows.shapes.twice", inputs));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.code()).isEqualTo(INVALID);
    assertThat(answer.message()).contains(sentence);
    assertThat(executions.count()).isEqualTo(before);
  }

  @Test
  void a_name_that_is_taken_is_refused_and_the_first_execution_stays() {
    var request = executions.request("workflows.shapes.twice", Map.of("x", integer(1)));
    request.addProperty("name", "taken");
    var first = executions.start(request).succeeded();
    var again = executions.request("workflows.shapes.twice", Map.of("x", integer(2)));
    again.addProperty("name", "taken");
    var before = executions.count();

    var answer = executions.send(again);

    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.code()).isEqualTo(ALREADY_EXISTS);
    assertThat(answer.message()).contains("already exists");
    assertThat(first.integer("o0")).isEqualTo(21);
    assertThat(executions.count()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"with space", "-minus", "ünicode", "a/b"})
  void a_name_that_is_none_is_refused(String name) {
    var request = executions.request("workflows.shapes.twice", Map.of("x", integer(1)));
    request.addProperty("name", name);
    var before = executions.count();

    var answer = executions.send(request);

    assertThat(answer.code()).isEqualTo(INVALID);
    assertThat(executions.count()).isEqualTo(before);
  }

  @Test
  void a_plan_that_is_not_there_is_not_found() {
    var answer = executions.send(executions.request("workflows.shapes.nowhere", Map.of()));

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.message()).contains("LAUNCH_PLAN").contains("workflows.shapes.nowhere");
  }

  @Test
  void a_cycle_is_found_when_it_is_registered() {
    var id = identifier("WORKFLOW", "round");
    var template =
        Json.object(
            "id",
            id,
            "metadata",
            Json.object(),
            "interface",
            Json.object(),
            "metadata_defaults",
            Json.object(),
            "nodes",
            Json.array(node("one", "two"), node("two", "one")));

    var answer =
        world
            .api()
            .post(
                "/api/v1/workflows",
                Json.object("id", id, "spec", Json.object("template", template)));

    assertThat(answer.code()).isEqualTo(INVALID);
    assertThat(answer.message()).contains("CycleDetected").contains("one").contains("two");
    assertThat(get("workflows", "round").status()).isEqualTo(404);
  }

  private static JsonObject node(String id, String upstream) {
    return Json.object(
        "id",
        id,
        "metadata",
        Json.object(),
        "upstream_node_ids",
        Json.texts(upstream),
        "task_node",
        Json.object("reference_id", identifier("TASK", "workflows.shapes.rest")));
  }

  private static JsonObject identifier(String type, String name) {
    return Json.object(
        "resource_type",
        type,
        "project",
        World.PROJECT,
        "domain",
        DOMAIN,
        "name",
        name,
        "version",
        World.VERSION);
  }

  @Test
  void a_second_version_with_other_content_is_refused_and_the_first_stays() throws IOException {
    var folder = Files.createDirectory(world.folder().resolve("other"));
    write(folder, "int");
    register(folder).succeeded();
    var before = get("tasks", "other.identity.identity").ok();

    register(folder).succeeded();
    write(folder, "str");
    var ran = register(folder);

    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.words()).contains("different structure").contains("INVALID_ARGUMENT");
    assertThat(get("tasks", "other.identity.identity").ok()).isEqualTo(before);
  }

  private static void write(Path folder, String type) throws IOException {
    Files.writeString(
        folder.resolve("identity.py"),
        """
        from flytekit import task

        @task
        def identity(x: %1$s) -> %1$s:
            return x
        """
            .formatted(type));
  }

  private Ran register(Path folder) {
    return world
        .clients()
        .pyflyte(
            folder,
            "register",
            "--copy",
            "none",
            "--project",
            World.PROJECT,
            "--domain",
            DOMAIN,
            "--version",
            World.VERSION,
            folder.toString());
  }

  private Api.Answer get(String nouns, String name) {
    return world
        .api()
        .get("/api/v1/%s/%s/%s/%s/%s".formatted(nouns, World.PROJECT, DOMAIN, name, World.VERSION));
  }

  @Test
  void a_request_over_the_limit_is_refused_over_http() {
    var before = executions.count();

    var answer =
        executions.send(
            executions.request(
                "workflows.shapes.twice",
                Map.of("x", integer(1), "y", string("y".repeat(REQUEST_BYTES_MAX + 1)))));

    assertThat(answer.status()).isIn(413, 429, 400);
    assertThat(executions.count()).isEqualTo(before);
  }

  @Test
  void a_request_over_the_limit_is_refused_over_grpc() {
    var ran = world.clients().script("too_large.py", World.VERSION);

    assertThat(ran.succeeded().words()).contains("RESOURCE_EXHAUSTED");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "token=garbage|garbage",
        "token=-5|-5",
        "filters=garbage|filters",
        "filters=eq(nothing,1)|nothing",
        "filters=eq(created_at,yesterday)|created_at",
        "filters=eq(duration,long)|duration",
        "sort_by.key=nothing|nothing"
      })
  void a_list_with_a_token_filter_or_order_that_is_none_is_refused(String query, String word) {
    var answer =
        world
            .api()
            .get("/api/v1/executions/%s/%s?limit=10&%s".formatted(World.PROJECT, DOMAIN, query));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.code()).isEqualTo(INVALID);
    assertThat(answer.message()).contains(word);
  }

  @Test
  void a_list_without_a_limit_is_refused() {
    var answer = world.api().get("/api/v1/executions/%s/%s".formatted(World.PROJECT, DOMAIN));

    assertThat(answer.code()).isEqualTo(INVALID);
    assertThat(answer.message()).contains("limit");
  }

  @ParameterizedTest
  @ValueSource(strings = {"garbage", "a.b.c", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJtZSJ9."})
  void a_garbage_bearer_is_refused(String bearer) {
    var answer = world.api().getAs("/api/v1/projects", Optional.of(bearer));

    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.message()).doesNotContain(bearer);
  }

  @Test
  void json_that_is_none_is_refused() {
    var answer = world.api().post("/api/v1/executions", "{\"project\": ");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.code()).isEqualTo(INVALID);
  }

  @Test
  void a_task_that_is_gone_from_its_code_fails_with_its_name() throws IOException {
    var folder = Files.createTempDirectory(world.folder(), "gone");
    Files.writeString(
        folder.resolve("gone.py"),
        """
        import os
        from flytekit import task

        if "FLYTE_INTERNAL_EXECUTION_ID" in os.environ:
            raise ImportError("this module cannot be imported here")

        @task
        def step() -> int:
            return 1
        """);

    var ran = world.clients().pyflyteRun(folder, "gone.py", "step");

    assertThat(ran.exitCode()).isNotZero();
    assertThat(ran.words()).contains("this module cannot be imported here");
  }
}
