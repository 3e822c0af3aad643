package dev.harrier.runtime.process.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.harrier.spi.ProjectDomain;
import dev.harrier.spi.RejectedException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a rule becomes on this machine. */
final class OwnNetworksTest {
  private static final OwnNetwork.Programs PROGRAMS =
      new OwnNetwork.Programs(Path.of("nft"), Path.of("pasta"), Path.of("tun"));
  private static final String HERE = "http://localhost:30080";

  @TempDir private Path folder = Path.of("");

  @Test
  void what_is_listed_comes_after_what_is_never_reached() throws IOException {
    var filter = network(HERE, "0.0.0.0/0", "[2001:db8::1]:443").filter();

    assertThat(lines(filter, "ip daddr 0.0.0.0/0 meta l4proto tcp accept"))
        .isGreaterThan(lines(filter, "ip daddr 169.254.0.0/16 goto refused"));
    assertThat(lines(filter, "ip6 daddr 2001:db8::1 tcp dport 443 accept"))
        .isGreaterThan(lines(filter, "ip6 daddr fd00:ec2::/32 goto refused"));
    assertThat(filter).contains("policy drop");
  }

  @Test
  void this_machines_own_addresses_are_refused_unless_they_are_named_as_such() throws IOException {
    var filter = network(HERE, "0.0.0.0/0", "::/0", "machine:10.1.2.3:80").filter();

    for (var interfaces : NetworkInterface.networkInterfaces().toList()) {
      for (var address : interfaces.inetAddresses().map(InetAddress::getHostAddress).toList()) {
        var plain = address.replaceAll("%.*", "");
        assertThat(filter).contains("daddr " + plain + " goto refused");
      }
    }
    assertThat(lines(filter, "ip daddr 10.1.2.3 tcp dport 80 accept"))
        .isLessThan(lines(filter, "ip daddr 169.254.0.0/16 goto refused"));
  }

  @Test
  void names_are_known_by_a_file_and_no_server_is_asked() throws IOException {
    var network = network(HERE, "localhost:443", "no-such-host.invalid");

    assertThat(Files.readString(network.files().hosts()))
        .contains("127.0.0.1 localhost")
        .doesNotContain("invalid");
    assertThat(Files.readString(network.files().nameService())).doesNotContain("nameserver");
    assertThat(network.filter()).contains("ip daddr 127.0.0.1 tcp dport 443 accept");
  }

  @Test
  void the_api_on_loopback_is_bridged_and_elsewhere_a_destination() throws IOException {
    var bridged = network(HERE, "api");
    var six = network("http://[::1]:30080", "api");
    var elsewhere = network("https://192.0.2.7", "api");
    var without = network(HERE, "10.0.0.0/8");

    assertThat(bridged.bridge()).hasValue(30_080);
    assertThat(Files.readString(six.files().hosts())).startsWith("::1 localhost");
    assertThat(elsewhere.bridge()).isEqualTo(OptionalInt.empty());
    assertThat(elsewhere.filter()).contains("ip daddr 192.0.2.7 tcp dport 443 accept");
    assertThat(without.bridge()).isEqualTo(OptionalInt.empty());
    assertThat(bridged.digest()).isNotEqualTo(without.digest());
  }

  @Test
  void a_runtime_without_an_api_refuses_the_word() {
    var egress = Egress.of(Map.of("*", List.of("api")));
    var networks =
        new OwnNetworks(folder, egress, Optional.empty(), Optional.of(PROGRAMS), new KnownNames());

    assertThatThrownBy(networks::all).isInstanceOf(RejectedException.class);
  }

  @Test
  void a_name_with_another_address_makes_another_network_and_keeps_the_former_an_hour()
      throws IOException {
    var seconds = new AtomicLong();
    var waiting = new ArrayDeque<Runnable>();
    var answers = new ArrayDeque<>(List.of("192.0.2.1", "192.0.2.2", "192.0.2.1", "", "192.0.2.3"));
    var names =
        new KnownNames(
            name -> {
              var answer = answers.remove();
              if (answer.isEmpty()) {
                throw new UnknownHostException(name);
              }
              return new InetAddress[] {InetAddress.ofLiteral(answer)};
            },
            () -> Duration.ofSeconds(seconds.get()).toNanos(),
            waiting::add);
    var scope = new ProjectDomain("any", "one");
    var networks =
        new OwnNetworks(
            folder,
            Egress.of(Map.of("*", List.of("db.example.org:5432"))),
            Optional.empty(),
            Optional.of(PROGRAMS),
            names);

    var first = networks.of(scope).orElseThrow();
    assertThat(networks.of(scope)).contains(first);
    seconds.set(300);
    assertThat(networks.of(scope)).contains(first);
    waiting.remove().run();
    var second = networks.of(scope).orElseThrow();
    assertThat(second.digest()).isNotEqualTo(first.digest());
    assertThat(second.filter()).contains("daddr 192.0.2.1 tcp", "daddr 192.0.2.2 tcp");
    assertThat(Files.readString(second.files().hosts())).contains("192.0.2.2 db.example.org");
    seconds.set(600);
    assertThat(networks.of(scope)).contains(second);
    waiting.remove().run();
    assertThat(networks.of(scope)).contains(second);
    // Nobody knows it for a while, and an hour later it has moved.
    seconds.set(900);
    assertThat(networks.of(scope)).contains(second);
    waiting.remove().run();
    seconds.set(5_000);
    assertThat(networks.of(scope)).contains(second);
    waiting.remove().run();
    assertThat(networks.of(scope).orElseThrow().filter())
        .contains("daddr 192.0.2.3 tcp")
        .doesNotContain("daddr 192.0.2.1 tcp", "daddr 192.0.2.2 tcp");
    assertThat(answers).isEmpty();
  }

  private OwnNetwork network(String url, String... words) throws IOException {
    var egress = Egress.of(Map.of("*", List.of(words)));
    return new OwnNetworks(
            folder, egress, Optional.of(URI.create(url)), Optional.of(PROGRAMS), new KnownNames())
        .all()
        .getFirst();
  }

  /** How many lines come before one. */
  private static int lines(String text, String line) {
    var all = text.lines().map(String::strip).toList();
    assertThat(all).contains(line);
    return all.indexOf(line);
  }
}
