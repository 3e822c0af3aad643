package dev.harrier.server.port;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.junit.jupiter.api.Test;

final class ConnectionsTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Connections connections = new Connections(2, registry);

  @Test
  void one_address_has_a_bounded_number_of_connections_and_the_others_theirs() {
    var first = from("192.0.2.1");
    assertThat(from("192.0.2.1").isOpen()).isTrue();

    assertThat(from("192.0.2.1").isOpen()).isFalse();
    assertThat(from("192.0.2.2").isOpen()).isTrue();
    assertThat(registry.counter("harrier.connections.refused").count()).isEqualTo(1);

    var unused = first.close();
    assertThat(from("192.0.2.1").isOpen()).isTrue();
    assertThat(from("192.0.2.1").isOpen()).isFalse();
  }

  @Test
  void a_proxy_on_the_same_machine_has_as_many_as_it_needs() {
    for (var i = 0; i < 10; i++) {
      assertThat(from("127.0.0.1").isOpen()).isTrue();
    }
  }

  @Test
  void some_files_are_left_for_all_else() {
    assertThat(Connections.total(1_024)).isEqualTo(768);
    assertThat(Connections.total(20_000)).isEqualTo(15_000);
    assertThat(Connections.total(Long.MAX_VALUE)).isEqualTo(100_000);
  }

  private EmbeddedChannel from(String address) {
    var remote = new InetSocketAddress(InetAddress.ofLiteral(address), 50_000);
    var channel =
        new EmbeddedChannel() {
          @Override
          protected SocketAddress remoteAddress0() {
            return remote;
          }
        };
    connections.admit(channel);
    channel.runPendingTasks();
    return channel;
  }
}
