package dev.harrier.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.harrier.spi.ProjectDomain;
import dev.harrier.spi.RejectedException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

  @Test
  void the_most_precise_rule_counts() {
    var egress =
        Egress.of(
            Map.of("*", List.of("none"), "a", List.of("host"), "a/production", List.of("none")));

    assertThat(egress.of(new ProjectDomain("b", "development"))).isEqualTo(Reach.NONE);
    assertThat(egress.of(new ProjectDomain("a", "development"))).isEqualTo(Reach.HOST);
    assertThat(egress.of(new ProjectDomain("a", "production"))).isEqualTo(Reach.NONE);
    assertThat(Egress.OPEN.of(OPEN)).isEqualTo(Reach.HOST);
    assertThatThrownBy(() -> new Egress(Map.of("a/b/c", Reach.NONE)))
        .isInstanceOf(RejectedException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "10.0.0.0/8           | 10.0.0.0/8      |      | false",
        "10.1.2.3:5432        | 10.1.2.3        | 5432 | false",
        "2001:db8::/32        | 2001:db8::/32   |      | false",
        "[2001:db8::1]:443    | 2001:db8::1     | 443  | false",
        "db.example.org:5432  | db.example.org  | 5432 | false",
        "pypi                 | pypi            |      | false",
        "machine:10.1.2.3:80  | 10.1.2.3        | 80   | true",
        "machine:[fd00::1]:80 | fd00::1         | 80   | true"
      })
  void a_destination_is_read(String text, String host, String port, boolean machine) {
    var destination = Destination.parse("team-a", text);

    assertThat(destination.host()).isEqualTo(host);
    assertThat(destination.port().stream().boxed().map(String::valueOf).findFirst())
        .isEqualTo(Optional.ofNullable(port));
    assertThat(destination.machine()).isEqualTo(machine);
    assertThat(destination).hasToString(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "10.0.0.0/33          | 0 to 32 bits",
        "10.1.0.0/8           | bits set after its prefix",
        "10.0.0               | expected an address",
        "010.0.0.1            | expected an address",
        "2001:db8::/129       | 0 to 128 bits",
        "db.example.org:0     | a port from 1 to 65535",
        "db.example.org:http  | a port from 1 to 65535",
        "[2001:db8::1         | brackets",
        "https://example.org  | a port from 1 to 65535",
        "*.example.org        | expected an address",
        "-x                   | expected an address",
        "machine:10.0.0.1     | one address and one port",
        "machine:10.0.0.0/8:1 | one address and one port",
        "machine:localhost:80 | one address and one port",
        "machine:127.0.0.1:80 | another address of this machine",
        "machine:[::1]:80     | another address of this machine",
        "::ffff:10.0.0.0/8    | without colons",
        "' '                  | expected an address",
        "Api                  | "
      })
  void what_cannot_be_reached_is_refused_with_a_reason(String text, String why) {
    if (why == null) {
      // Any word may be a name.
      assertThat(Reach.of("team-a", List.of(text))).isNotEqualTo(Reach.HOST);
      return;
    }
    assertThatThrownBy(() -> Reach.of("team-a", List.of("api", text)))
        .isInstanceOf(RejectedException.class)
        .hasMessageContaining("tasks.egress of team-a")
        .hasMessageContaining(why);
  }

  @Test
  void host_and_none_stand_alone_and_a_list_is_not_empty() {
    for (var words : List.of(List.of("none", "api"), List.of("host", "10.0.0.0/8"))) {
      assertThatThrownBy(() -> Reach.of("*", words)).hasMessageContaining("stands alone");
    }
    assertThatThrownBy(() -> Reach.of("*", List.of())).hasMessageContaining("empty list");
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
