package dev.harrier.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import com.google.gson.stream.JsonReader;
import dev.harrier.conformance.SharedHarrier.World;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("go")
@ExtendWith(SharedHarrier.class)
final class FlytectlTest {
  private static final Pattern NAME = Pattern.compile("name:\"([^\"]+)\"");

  private final World world;

  FlytectlTest(World world) {
    this.world = world;
  }

  @Test
  void gets_the_projects() {
    var found = json(world.clients().flytectl("get", "project", "-o", "json"));

    assertThat(texts(found, "id")).contains("flytesnacks");
  }

  @Test
  void gets_tasks_workflows_and_launch_plans_by_name_and_all_of_them() {
    for (var noun : List.of("task", "workflow", "launchplan")) {
      var name = noun.equals("task") ? "workflows.shapes.add" : "workflows.shapes.twice";

      var all = get(noun).succeeded();
      var one = json(get(noun, name, "--version", World.VERSION));

      assertThat(all.output()).as("all of %s", noun).contains(name);
      assertThat(one.toString()).as("one %s", noun).contains(name).contains(World.VERSION);
    }
  }

  @Test
  void gets_a_page_of_executions_with_a_filter_and_an_order() {
    var run = world.executions().start("workflows.shapes.nothing_at_all", Map.of()).succeeded();

    var found =
        get(
            "execution",
            "--filter.fieldSelector=execution.phase in (SUCCEEDED)",
            "--filter.sortBy=created_at",
            "--filter.limit=100");

    assertThat(found.succeeded().output()).contains(run.name()).doesNotContain("\"FAILED\"");
  }

  @Test
  void gets_one_execution_with_its_details() {
    var run =
        world
            .executions()
            .start("workflows.shapes.twice", Map.of("x", Json.integer(1)))
            .succeeded();

    var found = get("execution", run.name(), "--details").succeeded();

    assertThat(found.output()).contains("n0").contains("n1").contains("SUCCEEDED");
  }

  @Test
  void creates_an_execution_from_a_file_that_it_wrote_itself() throws IOException {
    var file = Files.createTempFile(world.folder(), "execution", ".yaml");
    Files.delete(file);
    get(
            "launchplan",
            "workflows.shapes.twice",
            "--version",
            World.VERSION,
            "--execFile",
            file.toString())
        .succeeded();
    Files.writeString(file, Files.readString(file).replaceAll("(?m)^( +x:).*$", "$1 5"));

    var created =
        world
            .clients()
            .flytectl(
                "create",
                "execution",
                "--execFile",
                file.toString(),
                "-p",
                World.PROJECT,
                "-d",
                World.DOMAIN)
            .succeeded();

    var name = NAME.matcher(created.output());
    assertThat(name.find()).as("a name in: %s", created.output()).isTrue();
    assertThat(world.executions().run(name.group(1)).succeeded().integer("o0")).isEqualTo(25);
  }

  @Test
  void tells_what_is_missing() {
    var found = get("workflow", "workflows.shapes.nowhere", "--version", World.VERSION);

    assertThat(found.exitCode()).isNotZero();
    assertThat(found.output()).contains("NotFound").contains("missing entity");
  }

  private Ran get(String... words) {
    var line =
        Stream.of(
                Stream.of("get"),
                Arrays.stream(words),
                Stream.of("-p", World.PROJECT, "-d", World.DOMAIN, "-o", "json"))
            .flatMap(part -> part)
            .toArray(String[]::new);
    return world.clients().flytectl(line);
  }

  // Lines of its log may stand before what it prints.
  private static JsonElement json(Ran ran) {
    var output = ran.succeeded().output();
    var lines = output.lines().toList();
    var begin = lines.indexOf("{");
    assertThat(begin).as("JSON in: %s", output).isNotNegative();
    var rest = String.join("\n", lines.subList(begin, lines.size()));
    // ... and after it.
    return JsonParser.parseReader(new JsonReader(new StringReader(rest)));
  }

  private static List<String> texts(JsonElement found, String name) {
    var all = found.isJsonArray() ? found.getAsJsonArray() : arrayOf(found);
    return StreamSupport.stream(all.spliterator(), false)
        .map(one -> Json.text(one.getAsJsonObject(), name))
        .toList();
  }

  private static JsonArray arrayOf(JsonElement one) {
    return Json.array(one);
  }
}
