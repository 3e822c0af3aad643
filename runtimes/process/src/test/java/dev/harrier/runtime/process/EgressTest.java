package dev.harrier.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.harrier.runtime.process.Egress.Reach;
import dev.harrier.spi.ProjectDomain;
import dev.harrier.spi.RejectedException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What tasks reach by network, forked and cold. */
final class EgressTest {
  private static final ProjectDomain OPEN = new ProjectDomain("open", "development");
  private static final String SCRIPT =
      """
      import socket, sys
      def reaches(address):
          try:
              socket.create_connection(address, 2).close()
              return "reached"
          except OSError as error:
              return "refused"
      own = socket.create_server(("127.0.0.1", 0))
      print("machine", reaches(("127.0.0.1", int(sys.argv[1]))))
      print("metadata", reaches(("169.254.169.254", 80)))
      print("itself", reaches(own.getsockname()))
      """;

  @Tag("python")
  @ParameterizedTest
  @EnumSource(
      value = Walls.class,
      names = {"NAMESPACES", "BUBBLEWRAP_EACH"})
  void a_project_without_network_reaches_itself_alone(Walls walls, @TempDir Path folder)
      throws IOException {
    try (var listener = new ServerSocket(0, 10, InetAddress.ofLiteral("127.0.0.1"));
        var shop = new Workshop(folder, EgressTest::offline, walls)) {
      assertThat(shop.runtime.sandbox().walls()).isEqualTo(walls);
      var port = Integer.toString(listener.getLocalPort());

      var offline = told(shop, Workshop.SCOPE, port);
      var open = told(shop, OPEN, port);

      assertThat(offline).contains("machine refused", "metadata refused", "itself reached");
      assertThat(open).contains("machine reached", "itself reached");
    }
  }

  @Tag("python")
  @Test
  void without_walls_it_does_not_open(@TempDir Path folder) {
    assertThatThrownBy(
            () ->
                new Workshop(
                    folder, settings -> offline(settings.withUnwalledAllowed(true)), Walls.NONE))
        .isInstanceOf(RejectedException.class)
        .hasMessageContaining("tasks.egress");
  }

  @Test
  void the_most_precise_rule_counts() {
    var egress = new Egress(Map.of("*", Reach.NONE, "a", Reach.HOST, "a/production", Reach.NONE));

    assertThat(egress.of(new ProjectDomain("b", "development"))).isEqualTo(Reach.NONE);
    assertThat(egress.of(new ProjectDomain("a", "development"))).isEqualTo(Reach.HOST);
    assertThat(egress.of(new ProjectDomain("a", "production"))).isEqualTo(Reach.NONE);
    assertThat(Egress.OPEN.of(OPEN)).isEqualTo(Reach.HOST);
    assertThatThrownBy(() -> new Egress(Map.of("a/b/c", Reach.NONE)))
        .isInstanceOf(RejectedException.class);
  }

  private static ProcessRuntimeSettings offline(ProcessRuntimeSettings settings) {
    var egress = new Egress(Map.of(Workshop.SCOPE.project(), Reach.NONE));
    return settings.withLimits(settings.limits().withEgress(egress));
  }

  private static String told(Workshop shop, ProjectDomain scope, String port) throws IOException {
    var id = Workshop.attempt(scope, "n0", 0);
    shop.run(id, Workshop.container(List.of("python", "-c", SCRIPT, port)));
    return shop.log(id);
  }
}
