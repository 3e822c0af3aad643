package dev.harrier.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import dev.harrier.security.token.ServerAddress;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;

/** Whatever a query names: a browser stays here, or goes where the operator allows. */
@Tag("fuzz")
final class RedirectsFuzzTest {
  private static final URI OWN = URI.create("https://flyte.example.org");
  private static final String CONSOLE = "https://console.example.org";
  private static final String EXACT = "https://other.example.org/exactly?this=1";

  private final Redirects redirects =
      new Redirects(new ServerAddress(OWN), List.of(CONSOLE, EXACT), "/login");

  @DictionaryEntries({
    "redirect_url=",
    "https://",
    "//",
    "/..",
    "/./",
    "%2f",
    "%5c",
    "\\",
    "@",
    "?",
    "#",
    "[::1]",
    "evil.example",
    "	"
  })
  @FuzzTest(maxDuration = "1m")
  void a_browser_goes_nowhere_else(@NotNull String text, int beginning) {
    var address =
        List.of("", "/", OWN.toString(), CONSOLE, EXACT).get(Math.floorMod(beginning, 5)) + text;

    redirects.allowed(address).ifPresent(RedirectsFuzzTest::assertHarmless);
    Redirects.named(text).ifPresent(one -> assertHarmless(redirects.target(Optional.of(one))));
    assertThat(redirects.target(Redirects.named(Redirects.query(text))))
        .isEqualTo(redirects.target(Optional.of(text)));
  }

  /** As browsers read it: a backslash is a slash, and two slashes begin a host. */
  private static void assertHarmless(URI target) {
    var seen = target.toString().replace('\\', '/');
    assertThat(seen).matches("[!-~]*");
    if (seen.startsWith("/")) {
      assertThat(seen).doesNotStartWith("//");
    } else {
      assertThat(target.getRawUserInfo()).isNull();
      assertThat(seen)
          .satisfiesAnyOf(
              one -> assertThat(one).isEqualTo(EXACT),
              one -> assertThat(one).isEqualTo(CONSOLE),
              one -> assertThat(one).startsWith(CONSOLE + "/"));
    }
  }
}
