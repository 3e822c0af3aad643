package dev.harrier.conformance;

import static dev.harrier.conformance.Json.string;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.harrier.conformance.SharedHarrier.World;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** What a task reaches by network whose project has a list, tried from inside of it. */
@Tag("python")
@ResourceLock(value = Neighbour.DEVICES, mode = ResourceAccessMode.READ)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class EgressTest {
  private static final String CLOUD = "169.254.169.254";

  private final String[] options;
  private Neighbour neighbour;
  private World world;

  EgressTest(String... options) {
    this.options = options;
  }

  @BeforeAll
  void open(@TempDir Path folder) throws IOException {
    neighbour = Neighbour.start();
    var file = folder.resolve("config.yaml");
    // The whole of the Internet, and one port of a machine that is not in it.
    Files.writeString(
        file,
        """
        tasks:
          egress:
            flytesnacks/development: [api, "%s:%d"]
            flytesnacks/staging: ["0.0.0.0/0", "::/0", "machine:%s:1"]
            flytesnacks/production: api
        """
            .formatted(neighbour.address(), neighbour.open(), neighbour.ownAddress()));
    var all = Stream.concat(Stream.of("--config", file.toString()), Stream.of(options));
    world = start(all.toArray(String[]::new));
  }

  World start(String... all) {
    return World.open(all);
  }

  @AfterAll
  void close() {
    if (world != null) {
      world.close();
    }
    if (neighbour != null) {
      neighbour.close();
    }
  }

  @Test
  void a_task_reaches_what_its_list_names_and_nothing_else() throws IOException {
    var reached = List.of("the neighbour", "the neighbour by its device");

    var answers = tried(world.executions(), reached);

    reached.forEach(one -> assertThat(answers.remove(one)).as(one).isEqualTo("reached"));
    assertThat(answers.remove("interfaces")).isEqualTo("lo,out0");
    // Only the API's.
    assertThat(answers.remove("listening on loopback"))
        .isEqualTo("[%d]".formatted(world.harrier().url().getPort()));
    assertThat(answers).hasSizeGreaterThan(30);
    answers.values().removeIf(answer -> answer.startsWith("refused"));
    assertThat(answers).isEmpty();
  }

  @Test
  void it_calls_the_api_with_unmodified_flytekit() {
    var read = reading(world.executions(), World.DOMAIN);

    assertThat(read.succeeded().string("o0")).isEqualTo("found itself");
  }

  World world() {
    return world;
  }

  static Run reading(Executions executions, String domain) {
    return executions.start(
        "workflows.calling.reading",
        Map.of("project", string(World.PROJECT), "domain", string(domain)));
  }

  /**
   * What each attempt of a task was answered, by name.
   *
   * @param reached what it is to wait for
   */
  Map<String, String> tried(Executions executions, List<String> reached) throws IOException {
    try (var loopback = new ServerSocket(0, 10, InetAddress.ofLiteral("127.0.0.1"));
        var six = new ServerSocket(0, 10, InetAddress.ofLiteral("::1"));
        var own = new ServerSocket(0, 10, InetAddress.ofLiteral(neighbour.ownAddress()))) {
      var connections = new JsonObject();
      to(connections, "the neighbour", neighbour.address(), neighbour.open());
      to(connections, "its other port", neighbour.address(), neighbour.other());
      to(connections, "this machine", neighbour.ownAddress(), own.getLocalPort());
      to(connections, "this machine's loopback", "127.0.0.1", loopback.getLocalPort());
      to(connections, "loopback in full", "127.9.9.9", loopback.getLocalPort());
      to(connections, "loopback of IPv6", "::1", six.getLocalPort());
      to(connections, "nobody's address", "0.0.0.0", loopback.getLocalPort());
      to(connections, "the gateway", "192.0.0.1", loopback.getLocalPort());
      to(connections, "the API by the gateway", "192.0.0.1", world.harrier().url().getPort());
      to(connections, "the gateway of IPv6", "fe80::1", six.getLocalPort());
      to(connections, "the metrics", "127.0.0.1", metricsPort());
      to(connections, "the cloud", CLOUD, 80);
      to(connections, "the cloud of IPv6", "fd00:ec2::254", 80);
      to(connections, "the cloud in other words", "::ffff:" + CLOUD, 80);
      to(connections, "a database", neighbour.ownAddress(), 5432);
      to(connections, "a database of loopback", "127.0.0.1", 5432);
      var datagrams = new JsonObject();
      to(datagrams, "its datagrams", neighbour.address(), neighbour.echo());
      to(datagrams, "names by the gateway", "192.0.0.1", 53);
      to(datagrams, "names by the cloud", CLOUD, 53);
      nameServers().forEach(server -> to(datagrams, "names by " + server, server, 53));
      var known = Json.object("connections", connections, "datagrams", datagrams);
      known.add("reached", new Gson().toJsonTree(reached));
      var run =
          executions
              .start("workflows.reaching.reaching", Map.of("world", string(known.toString())))
              .succeeded();
      var answers = new TreeMap<String, String>();
      JsonParser.parseString(run.string("o0"))
          .getAsJsonObject()
          .asMap()
          .forEach((probe, answer) -> answers.put(probe, answer.getAsString()));
      return answers;
    }
  }

  private static void to(JsonObject all, String name, String host, int port) {
    var place = new JsonArray();
    place.add(host);
    place.add(port);
    all.add(name, place);
  }

  private int metricsPort() {
    return world
        .harrier()
        .output()
        .lines()
        .filter(line -> line.contains("metrics") && line.contains("http://"))
        .map(line -> URI.create(line.replaceAll(".*(http://\\S+?)[.,]?( .*)?$", "$1")).getPort())
        .findFirst()
        .orElse(1);
  }

  private static Stream<String> nameServers() throws IOException {
    return Files.readAllLines(Path.of("/etc/resolv.conf")).stream()
        .filter(line -> line.startsWith("nameserver "))
        .map(line -> line.substring("nameserver ".length()).strip());
  }
}
