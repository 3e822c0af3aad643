package dev.harrier.security.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.security.TestClock;
import dev.harrier.security.token.ServerAddress;
import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class KnownBrowsersTest {
  private final TestClock clock = new TestClock();
  private final ServerAddress address = new ServerAddress(URI.create("https://h.test"));
  private final KnownBrowsers known =
      new KnownBrowsers(AuthenticatedEncryption.generate(), address, clock);

  @Test
  void a_browser_is_known_for_the_user_who_logged_in_there_and_nobody_else() {
    var cookie = known.remember("ada");

    assertThat(cookie).contains("__Host-", "HttpOnly", "Secure").doesNotContain("ada");
    assertThat(known.id(sent(cookie), "ada")).isPresent();
    assertThat(known.id(sent(cookie), "bob")).isEmpty();
    assertThat(known.id(Optional.empty(), "ada")).isEmpty();
    assertThat(known.id(sent(known.remember("ada")), "ada"))
        .isNotEqualTo(known.id(sent(cookie), "ada"));
  }

  @Test
  void nobody_makes_such_a_cookie_and_none_is_good_for_ever() {
    var cookie = known.remember("ada");
    var elsewhere =
        new KnownBrowsers(AuthenticatedEncryption.generate(), address, clock).remember("ada");

    assertThat(known.id(sent(elsewhere), "ada")).isEmpty();
    assertThat(known.id(Optional.of("__Host-harrier-browser=a"), "ada")).isEmpty();
    assertThat(known.id(Optional.of("__Host-harrier-browser=YWRh"), "ada")).isEmpty();
    clock.forward(KnownBrowsers.LIFETIME);
    assertThat(known.id(sent(cookie), "ada")).isEmpty();
  }

  private static Optional<String> sent(String cookie) {
    return Optional.of("other=1; " + cookie.split(";", 2)[0]);
  }
}
