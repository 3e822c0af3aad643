package dev.harrier.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.security.token.ServerAddress;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a browser is sent after a login: attackers have many ways to write a host. */
final class RedirectsTest {
  private final Redirects redirects =
      new Redirects(
          new ServerAddress(URI.create("https://flyte.example.org")),
          List.of("https://console.example.org", "https://other.example.org/exactly?this=1"),
          "/login");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example",
        "http://evil.example/",
        "https:///evil.example",
        "https:evil.example",
        "https:/evil.example",
        "https:\\\\evil.example",
        "https:/\\evil.example",
        "https://///evil.example",
        "//evil.example",
        "///evil.example",
        "////evil.example",
        "//evil.example/%2f..",
        "/\\evil.example",
        "\\/evil.example",
        "\\\\evil.example",
        "/\\/evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "/\r/evil.example",
        "\t//evil.example",
        " //evil.example",
        "\u0000//evil.example",
        "/ /evil.example",
        "//evil%E3%80%82example",
        "/\u3002evil.example",
        "//\u2025evil",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        " javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "ftp://evil.example",
        "blob:https://evil.example/x",
        "about:blank",
        "mailto:a@evil.example",
        "https://flyte.example.org.evil.example",
        "https://flyte.example.org@evil.example",
        "https://flyte.example.org:x@evil.example",
        "https://flyte.example.org%2eevil.example",
        "https://flyte.example.org%00.evil.example",
        "https://flyte.example.org\\@evil.example",
        "https://flyte.example.org\\.evil.example",
        "https://evil.example#https://flyte.example.org",
        "https://evil.example?https://flyte.example.org/",
        "https://evil.example/https://flyte.example.org",
        "https://evil.example\\https://flyte.example.org",
        "https://flyte.example.org:8443",
        "https://flyte.example.org:443",
        "http://flyte.example.org/",
        "HTTPS://flyte.example.org/",
        "https://FLYTE.example.org/",
        "https://flyte.example.org//evil.example",
        "https://flyte.example.org/\\evil.example",
        "https://flyte.example.org?x",
        "https://console.example.org.evil.example/",
        "https://console.example.org@evil.example/",
        "https://console.example.org:444/",
        "https://console.example.org//evil.example",
        "http://console.example.org/",
        "https://other.example.org/",
        "https://other.example.org/exactly?this=2",
        "https://other.example.org/exactly?this=1&more",
        "/..//evil.example",
        "/../evil",
        "/a/..//evil.example",
        "/a/../../b",
        "/./x",
        "/a//evil.example",
        "evil.example",
        "console/select-project",
        "?x",
        "#x",
        "[::1]",
        "//[::1]",
        "/%zz",
        "/<script>",
        "/\"onload=",
        ""
      })
  void no_address_of_another_is_allowed(String vector) {
    assertThat(redirects.allowed(vector)).isEmpty();
    assertThat(redirects.target(Optional.of(vector))).isEqualTo(URI.create("/login"));
  }

  @Test
  void nothing_longer_than_an_address_is_allowed() {
    assertThat(redirects.allowed("/" + "a".repeat(2_000))).isEmpty();
    assertThat(redirects.allowed("/" + "a".repeat(1_999))).isPresent();
  }

  @ParameterizedTest
  @CsvSource({
    "/console/select-project,/console/select-project",
    "/,/",
    "/a?b=//c&d=https://e,/a?b=//c&d=https://e",
    "/a#//b,/a#//b",
    "/%2F/evil,/%2F/evil",
    "https://flyte.example.org/console?x=1,/console?x=1",
    "https://flyte.example.org,/",
    "https://console.example.org,https://console.example.org",
    "https://console.example.org/a?b#c,https://console.example.org/a?b#c",
    "https://other.example.org/exactly?this=1,https://other.example.org/exactly?this=1"
  })
  void a_path_of_this_server_and_what_the_operator_names_are_allowed(
      String named, String expected) {
    assertThat(redirects.allowed(named)).contains(URI.create(expected));
  }

  @ParameterizedTest
  @CsvSource({
    // Not encoded, as Flyte's console sends it: all that follows is the address.
    "redirect_url=https://flyte.example.org/c?a=1&b=2,https://flyte.example.org/c?a=1&b=2",
    "redirect_url=/c?a=1&b=2,/c?a=1&b=2",
    "switch=1&redirect_url=/c,/c",
    // Encoded, as the standard asks.
    "redirect_url=https%3A%2F%2Fflyte.example.org%2Fc%3Fa%3D1%26b%3D2&x=y,https://flyte.example.org/c?a=1&b=2",
    "redirect_url=https:%2F%2Fflyte.example.org%2Fc,https://flyte.example.org/c",
    "redirect_url=%2Fa%2Bb,/a+b",
    "redirect_url=a+b,a+b"
  })
  void an_address_is_found_encoded_or_not(String query, String expected) {
    assertThat(Redirects.named(query)).contains(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x=y", "not_redirect_url=/x", "redirect_url=%zz"})
  void a_query_may_name_none(String query) {
    assertThat(Redirects.named(query)).isEmpty();
  }
}
