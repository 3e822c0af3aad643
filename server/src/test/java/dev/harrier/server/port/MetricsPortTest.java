package dev.harrier.server.port;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.server.config.ConfigReader;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Where the figures are shown, to whom nobody asks for a login. */
final class MetricsPortTest {
  private static final int PATIENCE_MILLIS = 2_000;

  @Test
  void only_this_machine_sees_the_figures_though_the_api_listens_to_all() throws Exception {
    var config =
        ConfigReader.read(
                Optional.empty(),
                Map.of(),
                Map.of(
                    "server.address",
                    "0.0.0.0",
                    "server.url",
                    "https://harrier.example.org",
                    "server.security.secure",
                    "true"))
            .server();
    var port = ApiPort.choose(MetricsPort.address(config), 0);
    try (var metrics =
        new MetricsPort(
            config,
            port,
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
            Optional::empty,
            service -> service)) {
      metrics.start();

      assertThat(reached(InetAddress.ofLiteral("127.0.0.1"), port)).isTrue();
      for (var address : addressesOfThisMachine()) {
        assertThat(reached(address, port)).as(address.toString()).isEqualTo(loopback(address));
      }
      // All of 127.0.0.0/8 is this machine, and only one address of it is listened at.
      assertThat(reached(InetAddress.ofLiteral("127.0.0.2"), port)).isFalse();
    }
  }

  private static boolean loopback(InetAddress address) {
    return address.isLoopbackAddress();
  }

  private static List<InetAddress> addressesOfThisMachine() throws IOException {
    return NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses).toList();
  }

  private static boolean reached(InetAddress address, int port) throws IOException {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, port), PATIENCE_MILLIS);
      return true;
    } catch (ConnectException | SocketTimeoutException nobody) {
      return false;
    }
  }
}
