package dev.harrier.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.harrier.conformance.SharedHarrier.World;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a person with curl sees. */
@Tag("python")
@ExtendWith(SharedHarrier.class)
final class JsonApiTest {
  private static final String SCOPE = World.PROJECT + "/" + World.DOMAIN;

  private final World world;

  JsonApiTest(World world) {
    this.world = world;
  }

  @Test
  void lists_the_projects_with_their_domains() {
    var projects = Json.list(world.api().get("/api/v1/projects").ok(), "projects");

    var seeded =
        projects.stream().filter(one -> Json.text(one, "id").equals("flytesnacks")).findFirst();
    assertThat(seeded).isPresent();
    assertThat(Json.list(seeded.get(), "domains").stream().map(one -> Json.text(one, "id")))
        .containsExactlyInAnyOrder("development", "staging", "production");
  }

  @Test
  void pages_through_a_list_and_finds_each_row_once() {
    var names = new ArrayList<String>();
    var token = "";
    do {
      var query = "?limit=7&sort_by.key=created_at&sort_by.direction=ASCENDING&token=" + token;
      var page = world.api().get("/api/v1/tasks/%s%s".formatted(SCOPE, query)).ok();
      Json.list(page, "tasks").forEach(one -> names.add(name(one)));
      token = Json.text(page, "token");
    } while (!token.isEmpty());

    assertThat(names)
        .hasSizeGreaterThan(14)
        .contains("workflows.shapes.add", "workflows.campaign.work");
    assertThat(new HashSet<>(names)).hasSameSizeAs(names);
  }

  @Test
  void a_filter_keeps_what_it_says() {
    var path = "/api/v1/tasks/%s?limit=50&filters=eq(version,%s)".formatted(SCOPE, World.VERSION);
    var other = "/api/v1/tasks/%s?limit=50&filters=eq(version,%s)".formatted(SCOPE, "none");

    assertThat(Json.list(world.api().get(path).ok(), "tasks")).isNotEmpty();
    assertThat(Json.list(world.api().get(other).ok(), "tasks")).isEmpty();
  }

  @Test
  void keeps_the_names_of_executions_apart_by_filter_and_order() {
    var first = world.executions().start("workflows.shapes.nothing_at_all", Map.of()).succeeded();
    var second = world.executions().start("workflows.shapes.nothing_at_all", Map.of()).succeeded();

    var path =
        "/api/v1/executions/%s?limit=10&filters=value_in(execution_name,%s;%s)"
                .formatted(SCOPE, first.name(), second.name())
            + "&sort_by.key=created_at&sort_by.direction=DESCENDING";
    var found = Json.list(world.api().get(path).ok(), "executions");

    assertThat(found.stream().map(JsonApiTest::name)).containsExactly(second.name(), first.name());
  }

  @Test
  void json_has_the_form_that_the_caller_asks_for() {
    var snake = world.api().get("/api/v1/projects").text();
    var camel = world.api().getAs("/api/v1/projects", Optional.of(world.harrier().token())).text();

    assertThat(snake).contains("\"domains\"");
    assertThat(camel).contains("\"domains\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/projects",
        "/api/v1/executions/flytesnacks/development?limit=1",
        "/api/v1/tasks/flytesnacks/development?limit=1",
        "/me"
      })
  void nobody_gets_nothing(String path) {
    var nobody = world.api().getAs(path, Optional.empty());
    var stranger = world.api().getAs(path, Optional.of("garbage"));

    assertThat(nobody.status()).isEqualTo(401);
    assertThat(stranger.status()).isEqualTo(401);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/healthcheck",
        "/.well-known/oauth-authorization-server",
        "/config/v1/flyte_client"
      })
  void what_a_login_needs_is_open(String path) {
    assertThat(world.api().getAs(path, Optional.empty()).status()).isEqualTo(200);
  }

  @Test
  void what_is_missing_is_not_found() {
    var answer = world.api().get("/api/v1/executions/%s/nowhere".formatted(SCOPE));

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.code()).isEqualTo(5);
    assertThat(answer.message()).contains("missing entity of type execution").contains("nowhere");
  }

  @Test
  void a_path_that_is_none_and_a_field_that_is_none_are_told() {
    assertThat(world.api().get("/api/v1/nothing").status()).isEqualTo(404);
    var answer = world.api().post("/api/v1/executions", Json.object("projekt", "flytesnacks"));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.message()).contains("projekt");
  }

  @ParameterizedTest
  @CsvSource({
    "tasks,workflows.shapes.add",
    "workflows,workflows.shapes.twice",
    "launch_plans,twice_by_five"
  })
  void one_version_is_read_by_its_path_which_implies_its_kind(String nouns, String name) {
    var path = "/api/v1/%s/%s/%s/%s".formatted(nouns, SCOPE, name, World.VERSION);

    assertThat(name(world.api().get(path).ok())).isEqualTo(name);
  }

  @Test
  void a_launch_plan_is_switched_off_and_on() {
    var plan = SCOPE + "/twice_by_five/" + World.VERSION;
    var states = new ArrayList<String>();
    for (var state : List.of("ACTIVE", "INACTIVE")) {
      var answer = world.api().put("/api/v1/launch_plans/" + plan, Json.object("state", state));
      assertThat(answer.status()).isEqualTo(200);
      states.add(
          Json.text(
              Json.at(world.api().get("/api/v1/launch_plans/" + plan).ok(), "closure"), "state"));
    }

    assertThat(states).containsExactly("ACTIVE", "INACTIVE");
  }

  private static String name(JsonObject entity) {
    return Json.text(Json.at(entity, "id"), "name");
  }
}
