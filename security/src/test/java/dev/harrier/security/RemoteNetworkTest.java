package dev.harrier.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RemoteNetworkTest {
  @Test
  void half_an_address_of_ipv6_is_one_party_and_a_whole_one_of_ipv4() throws Exception {
    var one = of("2001:db8:0:17::1");

    assertThat(of("2001:db8:0:17:ffff::9")).isEqualTo(one);
    assertThat(of("2001:db8:0:18::1")).isNotEqualTo(one);
    assertThat(InetAddress.ofLiteral("2001:db8:0:17::5").getHostAddress()).startsWith(one.prefix());
    assertThat(of("10.0.0.1")).isNotEqualTo(of("10.0.0.12"));
    assertThat("10.0.0.12/").doesNotStartWith(of("10.0.0.1").prefix());
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.9.9.9", "::1", "0:0:0:0:0:0:0:1", "::1%lo"})
  void all_on_this_machine_share_it(String address) {
    assertThat(RemoteNetwork.of(address).loopback()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.1", "2001:db8::1", "fe80::1%eth0", "here", ":", ""})
  void all_others_do_not(String address) {
    assertThat(RemoteNetwork.of(address).loopback()).isFalse();
  }

  private static RemoteNetwork of(String literal) {
    return RemoteNetwork.of(InetAddress.ofLiteral(literal).getHostAddress());
  }
}
