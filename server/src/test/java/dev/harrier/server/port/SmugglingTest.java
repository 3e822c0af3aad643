package dev.harrier.server.port;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.server.EdgeUnderTest;
import dev.harrier.server.page.LivenessPage;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Requests whose end two readers see at different places: a proxy in front would take the rest for
 * a request of somebody else. Each is answered by 400 at most once, and the connection ends.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SmugglingTest {
  private static final String HIDDEN = "GET /hidden HTTP/1.1\r\nHost: localhost\r\n\r\n";

  private final EdgeUnderTest edge;

  private final EdgeUnderTest secure;
  private final SSLContext trusting;

  SmugglingTest(@TempDir Path folder) throws Exception {
    edge = EdgeUnderTest.serving(List.of(new LivenessPage()));
    var certificate = new TlsUnderTest(folder);
    secure = certificate.serving(Map.of());
    trusting = certificate.trusting();
  }

  @AfterAll
  void stop() {
    edge.close();
    secure.close();
  }

  static Stream<Arguments> ambiguous() {
    return Stream.of(
        request("content length and chunked", "Content-Length: 4", "Transfer-Encoding: chunked"),
        request("chunked and content length", "Transfer-Encoding: chunked", "Content-Length: 4"),
        request("two content lengths", "Content-Length: 4", "Content-Length: 5"),
        request("two content lengths in one", "Content-Length: 4, 5"),
        request("a content length with a sign", "Content-Length: +4"),
        request("a negative content length", "Content-Length: -1"),
        request("a content length in hex", "Content-Length: 0x4"),
        request("a content length with a blank in it", "Content-Length: 4 4"),
        request("an empty content length", "Content-Length:"),
        request("a content length beyond every number", "Content-Length: 99999999999999999999"),
        request("chunked twice", "Transfer-Encoding: chunked", "Transfer-Encoding: chunked"),
        request("chunked and not last", "Transfer-Encoding: chunked, identity"),
        request("another coding", "Transfer-Encoding: xchunked"),
        request("chunked with a tab before it", "Transfer-Encoding:\tchunked", "Content-Length: 4"),
        request("chunked with a control letter", "Transfer-Encoding: \u000bchunked"),
        request("a blank before the colon", "Transfer-Encoding : chunked"),
        request("a blank before the colon of the length", "Content-Length : 4"),
        request("a name with a blank in it", "X Y: 1"),
        request("a name with a letter of no token", "X(Y): 1"),
        request("a name with a NUL", "X\u0000Y: 1"),
        request("a value with a NUL", "X: a\u0000b"),
        request("a value with a bare CR", "X: a\rTransfer-Encoding: chunked"),
        request("a line without a colon", "nonsense"),
        request("a folded line", "X: a\r\n Transfer-Encoding: chunked"),
        request("a first line that is folded", " X: a"),
        request("no name", ": chunked"));
  }

  private static Arguments request(String name, String... headers) {
    return Arguments.of(
        name,
        "POST /healthcheck HTTP/1.1\r\nHost: localhost\r\n"
            + String.join("\r\n", headers)
            + "\r\n\r\n0\r\n\r\n"
            + HIDDEN);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("ambiguous")
  void a_request_of_two_meanings_is_refused_and_nothing_behind_it_is_read(String name, String bytes)
      throws IOException {
    var spoken = Spoken.to(edge.number(), bytes);

    assertThat(spoken.statuses())
        .as(spoken.text())
        .allMatch(status -> status == 400)
        .hasSizeLessThan(2);
    assertThat(spoken.closed()).as("closed").isTrue();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("ambiguous")
  void nor_is_it_over_tls(String name, String bytes) throws IOException {
    var socket =
        trusting.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), secure.number());

    var spoken = Spoken.to(socket, bytes);

    assertThat(spoken.statuses())
        .as(spoken.text())
        .allMatch(status -> status == 400)
        .hasSizeLessThan(2);
    assertThat(spoken.closed()).as("closed").isTrue();
  }

  @Test
  void chunks_alone_are_read_to_their_end() throws IOException {
    var chunked =
        "POST /healthcheck HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "4\r\nabcd\r\n2;a=b\r\nef\r\n0\r\nX: trailer\r\n\r\n";

    var spoken =
        Spoken.to(
            edge.number(), chunked + HIDDEN.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));

    assertThat(spoken.statuses()).containsExactly(200, 404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "zz\r\nabcd\r\n",
        "-4\r\nabcd\r\n",
        "4\r\nabcdXY0\r\n\r\n",
        "0\r\nno trailer\r\n\r\n"
      })
  void broken_chunks_end_the_connection(String chunks) throws IOException {
    var spoken =
        Spoken.to(
            edge.number(),
            "POST /healthcheck HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
                + chunks
                + HIDDEN);

    assertThat(spoken.statuses()).doesNotContain(404).hasSizeLessThan(2);
    assertThat(spoken.closed()).isTrue();
  }

  static Stream<Arguments> forbiddenInHttp2() {
    return Stream.of(
        Arguments.of("a coding", "", new String[] {"transfer-encoding", "chunked"}),
        Arguments.of("a connection", "", new String[] {"connection", "keep-alive"}),
        Arguments.of("a name with a blank", "", new String[] {"x y", "1"}),
        Arguments.of("a name with a colon", "", new String[] {"x:y", "1"}),
        Arguments.of("an empty name", "", new String[] {"", "1"}),
        Arguments.of("a value with a line end", "", new String[] {"x", "a\r\nx-user: root"}),
        Arguments.of("a value with a NUL", "", new String[] {"x", "a\u0000b"}),
        Arguments.of(
            "two lengths", "abcd", new String[] {"content-length", "4", "content-length", "5"}),
        Arguments.of("a length too large", "abcd", new String[] {"content-length", "5"}),
        Arguments.of("a length too small", "abcd", new String[] {"content-length", "3"}),
        Arguments.of("a length with a sign", "abcd", new String[] {"content-length", "+4"}),
        Arguments.of(
            "a pseudo header behind others", "", new String[] {"x", "1", ":authority", "y"}),
        Arguments.of("an unknown pseudo header", "", new String[] {":unknown", "1"}));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("forbiddenInHttp2")
  void http2_refuses_what_would_be_another_request_in_http1(
      String name, String body, String[] headers) throws IOException {
    assertThat(SpokenHttp2.to(edge.number(), "/healthcheck", "")).isEqualTo(SpokenHttp2.ANSWERED);

    assertThat(SpokenHttp2.to(edge.number(), "/nowhere", body, headers))
        .isEqualTo(SpokenHttp2.REFUSED);
  }

  // The server stands at the end of the line: it makes no request of HTTP/1 of what it reads, and
  // what it reads is one request whatever its names look like.
  @Test
  void an_odd_header_of_http2_makes_no_other_request_of_it() throws IOException {
    assertThat(SpokenHttp2.to(edge.number(), "/healthcheck", "", "X-Capital", "1"))
        .isEqualTo(SpokenHttp2.ANSWERED);
    assertThat(SpokenHttp2.to(edge.number(), "/healthcheck", "", ":path", "/nowhere"))
        .isEqualTo(SpokenHttp2.ANSWERED);
  }

  @Test
  void a_sound_request_is_answered_and_so_is_the_one_behind_it() throws IOException {
    var body = "POST /healthcheck HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nabcd";

    var spoken =
        Spoken.to(
            edge.number(), body + HIDDEN.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));

    assertThat(spoken.statuses()).containsExactly(200, 404);
  }
}
