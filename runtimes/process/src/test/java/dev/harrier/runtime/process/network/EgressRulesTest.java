package dev.harrier.runtime.process.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.harrier.spi.ProjectDomain;
import dev.harrier.spi.RejectedException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an operator writes about what tasks reach. */
final class EgressRulesTest {
  @Test
  void the_most_precise_rule_counts() {
    var egress =
        Egress.of(
            Map.of("*", List.of("none"), "a", List.of("host"), "a/production", List.of("none")));

    assertThat(egress.of(new ProjectDomain("b", "development"))).isEqualTo(Reach.NONE);
    assertThat(egress.of(new ProjectDomain("a", "development"))).isEqualTo(Reach.HOST);
    assertThat(egress.of(new ProjectDomain("a", "production"))).isEqualTo(Reach.NONE);
    assertThat(Egress.OPEN.of(new ProjectDomain("a", "production"))).isEqualTo(Reach.HOST);
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
}
