package dev.harrier.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.harrier.runtime.process.network.Egress;
import dev.harrier.runtime.process.network.Reach;
import dev.harrier.runtime.process.sandbox.Walls;
import dev.harrier.spi.ProjectDomain;
import dev.harrier.spi.RejectedException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
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
      print("machine", reaches(("127.0.0.1", int(sys.argv[1]))))
      print("metadata", reaches(("169.254.169.254", 80)))
      # Now: before, it could have the very port that the machine listens on.
      own = socket.create_server(("127.0.0.1", 0))
      print("itself", reaches(own.getsockname()))
      for address in sys.argv[2:]:
          host, _, port = address.rpartition(":")
          print(address, reaches((host, int(port))))
      """;

  @Tag("python")
  @ParameterizedTest
  @EnumSource(
      value = Walls.class,
      names = {"NAMESPACES", "BUBBLEWRAP_EACH"})
  void a_project_without_network_reaches_itself_alone(Walls walls, @TempDir Path folder)
      throws IOException {
    try (var listener = new ServerSocket(0, 10, InetAddress.ofLiteral("127.0.0.1"));
        var shop = new Workshop(folder, settings -> with(settings, Reach.NONE), walls)) {
      assertThat(shop.runtime.sandbox().walls()).isEqualTo(walls);
      var port = Integer.toString(listener.getLocalPort());

      var offline = told(shop, Workshop.SCOPE, port);
      var open = told(shop, OPEN, port);

      assertThat(offline).contains("machine refused", "metadata refused", "itself reached");
      assertThat(open).contains("machine reached", "itself reached");
    }
  }

  @Tag("python")
  @ParameterizedTest
  @EnumSource(
      value = Walls.class,
      names = {"NAMESPACES", "BUBBLEWRAP_EACH"})
  void a_project_with_a_list_reaches_what_it_names(Walls walls, @TempDir Path folder)
      throws IOException {
    Networks.require();
    var address = Networks.ownAddress();
    try (var loopback = new ServerSocket(0, 10, InetAddress.ofLiteral("127.0.0.1"));
        var allowed = new ServerSocket(0, 10, address);
        var other = new ServerSocket(0, 10, address);
        var shop =
            new Workshop(
                folder,
                settings -> with(settings, listed("0.0.0.0/0", "machine:" + place(allowed))),
                walls)) {

      var log =
          told(
              shop,
              Workshop.SCOPE,
              Integer.toString(loopback.getLocalPort()),
              place(allowed),
              place(other));

      assertThat(log)
          .contains("machine refused", "metadata refused", "itself reached")
          .contains(place(allowed) + " reached")
          .contains(place(other) + " refused");
    }
  }

  @Tag("python")
  @Test
  void without_walls_it_does_not_open(@TempDir Path folder) {
    assertThatThrownBy(
            () ->
                new Workshop(
                    folder,
                    settings -> with(settings.withUnwalledAllowed(true), Reach.NONE),
                    Walls.NONE))
        .isInstanceOf(RejectedException.class)
        .hasMessageContaining("tasks.egress");
  }

  static ProcessRuntimeSettings with(ProcessRuntimeSettings settings, Reach reach) {
    var egress = new Egress(Map.of(Workshop.SCOPE.project(), reach));
    return settings.withLimits(settings.limits().withEgress(egress));
  }

  static Reach listed(String... words) {
    return Reach.of(Workshop.SCOPE.project(), List.of(words));
  }

  private static String place(ServerSocket server) {
    return server.getInetAddress().getHostAddress() + ":" + server.getLocalPort();
  }

  private static String told(Workshop shop, ProjectDomain scope, String... arguments)
      throws IOException {
    var id = Workshop.attempt(scope, "n0", 0);
    var command = new ArrayList<>(List.of("python", "-c", SCRIPT));
    command.addAll(List.of(arguments));
    shop.run(id, Workshop.container(command));
    return shop.log(id);
  }
}
