package dev.harrier.audit.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.harrier.audit.chain.TestLog;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsPartialSuccess;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What each sort of receiver gets over the wire. */
final class SinksTest {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final byte[] KEY = "0123456789abcdef01234567".getBytes(UTF_8);
  private static final String SECRET = "whsec_" + Base64.getEncoder().encodeToString(KEY);

  private final Path root;
  private final List<LogLine> lines = new ArrayList<>();

  SinksTest(@TempDir Path root) {
    this.root = root;
  }

  @BeforeEach
  void fill() throws IOException {
    var test = new TestLog(root);
    test.fill(20);
    for (var text : Files.readAllLines(test.folder().files().getFirst().path())) {
      lines.add(LogLine.of(text.getBytes(UTF_8)));
    }
  }

  @Test
  void a_line_tells_its_place_time_and_severity() throws IOException {
    assertThat(lines).extracting(LogLine::sequence).startsWith(1L, 2L, 3L);
    assertThat(Instant.ofEpochMilli(lines.getFirst().timeMillis()))
        .isBetween(Instant.now().minusSeconds(60), Instant.now());
    assertThat(lines).extracting(LogLine::severity).containsOnly(1);
    assertThatThrownBy(() -> LogLine.of("{}".getBytes(UTF_8))).hasMessageContaining("record");
  }

  @Test
  void standard_output_gets_the_lines_as_they_are() throws IOException {
    var out = new ByteArrayOutputStream();

    new StandardOutput(out).send(lines);

    assertThat(out.toString(UTF_8).lines()).containsExactlyElementsOf(texts());
  }

  @Test
  void syslog_gets_a_message_of_rfc_5424_for_each_line_and_confirms_by_its_end() throws Exception {
    try (var server = new Listening.Syslogd(root);
        var sink = new Syslog(server.address(), server.tls, "host.example", PATIENCE)) {
      sink.send(lines);
      sink.confirm();

      // Not a moment later: that is what a confirmation says.
      assertThat(server.messages).hasSize(lines.size());
      for (var i = 0; i < lines.size(); i++) {
        assertThat(server.messages.get(i))
            .matches(
                "(?s)<110>1 \\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z host\\.example harrier \\d+ audit - .*")
            .endsWith(" - " + texts().get(i));
      }
      sink.send(lines);
      sink.confirm();
      assertThat(server.messages).hasSize(2 * lines.size());
    }
  }

  @Test
  void a_syslog_connection_that_breaks_confirms_nothing() throws Exception {
    try (var server = new Listening.Syslogd(root);
        var sink = new Syslog(server.address(), server.tls, "host", PATIENCE)) {
      sink.send(lines);
      Waiting.until("the messages", () -> server.messages.size() == lines.size());
      server.breakAll();
      Waiting.until("their end", () -> server.connections() == 0);

      assertThatThrownBy(
              () -> {
                // The end of the other side may be on its way.
                for (var i = 0; i < 1000; i++) {
                  sink.send(lines);
                }
                sink.confirm();
              })
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void a_syslog_server_of_another_name_or_authority_gets_nothing() throws Exception {
    try (var server = new Listening.Syslogd(root);
        var stranger = new Syslog(server.address(), SSLContext.getDefault(), "host", PATIENCE);
        var other =
            new Syslog(
                java.net.URI.create("tls://127.0.0.1:" + server.address().getPort()),
                server.tls,
                "host",
                PATIENCE)) {
      assertThatThrownBy(() -> stranger.send(lines)).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> other.send(lines)).isInstanceOf(IOException.class);
      assertThat(server.messages).isEmpty();
    }
  }

  @Test
  void otlp_gets_a_record_for_each_line() throws Exception {
    try (var server = new Listening.Http();
        var sink = new Otlp(posts(server), "host.example", "1")) {
      sink.send(lines);

      var posted = server.posted.take();
      assertThat(posted.headers().getFirst("content-type")).isEqualTo("application/x-protobuf");
      assertThat(posted.headers().getFirst("authorization")).isEqualTo("Bearer x");
      var logs = ExportLogsServiceRequest.parseFrom(posted.body()).getResourceLogs(0);
      assertThat(logs.getResource().getAttributesList().toString())
          .contains("service.name", "harrier", "host.example");
      var records = logs.getScopeLogs(0).getLogRecordsList();
      assertThat(records)
          .extracting(record -> record.getBody().getStringValue())
          .containsExactlyElementsOf(texts());
      assertThat(records.getFirst().getTimeUnixNano())
          .isEqualTo(lines.getFirst().timeMillis() * 1_000_000);
    }
  }

  @Test
  void an_otlp_receiver_that_answers_anything_but_all_is_asked_again() throws Exception {
    try (var server = new Listening.Http();
        var sink = new Otlp(posts(server), "host", "1")) {
      server.answer =
          ExportLogsServiceResponse.newBuilder()
              .setPartialSuccess(ExportLogsPartialSuccess.newBuilder().setRejectedLogRecords(3))
              .build()
              .toByteArray();
      assertThatThrownBy(() -> sink.send(lines))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("all but 3 records");

      server.answer = new byte[0];
      for (var status : IntStream.of(500, 503, 429, 401, 302).toArray()) {
        server.status = status;
        assertThatThrownBy(() -> sink.send(lines))
            .isNotInstanceOf(RefusedException.class)
            .hasMessageContaining("answers with " + status);
      }
      for (var status : IntStream.of(400, 413).toArray()) {
        server.status = status;
        assertThatThrownBy(() -> sink.send(lines)).isInstanceOf(RefusedException.class);
      }
    }
  }

  @Test
  void posts_are_signed_as_standard_webhooks_has_it() throws Exception {
    try (var server = new Listening.Http();
        var sink = new SignedPosts(posts(server), SECRET, Clock.systemUTC())) {
      sink.send(lines);

      var posted = server.posted.take();
      assertThat(new String(posted.body(), UTF_8).lines()).containsExactlyElementsOf(texts());
      var signed =
          posted.headers().getFirst("webhook-id")
              + "."
              + posted.headers().getFirst("webhook-timestamp")
              + "."
              + new String(posted.body(), UTF_8);
      assertThat(posted.headers().getFirst("webhook-signature")).isEqualTo("v1," + hmac(signed));
    }
  }

  @Test
  void a_secret_that_is_none_is_refused_and_not_shown() throws Exception {
    try (var server = new Listening.Http();
        var posts = posts(server)) {
      for (var secret :
          List.of("", "hunter2hunter2hunter2hunter2", "whsec_c2hvcnQ=", "whsec_***")) {
        assertThatThrownBy(() -> new SignedPosts(posts, secret, Clock.systemUTC()))
            .hasMessageContaining("expected 'whsec_'")
            .hasMessageNotContaining("hunter2")
            .hasMessageNotContaining("c2hvcnQ");
      }
    }
  }

  private static Posts posts(Listening.Http server) throws GeneralSecurityException {
    return new Posts(server.address(), SSLContext.getDefault(), Optional.of("Bearer x"), PATIENCE);
  }

  private List<String> texts() {
    return lines.stream().map(line -> new String(line.text(), UTF_8)).toList();
  }

  private static String hmac(String text) throws GeneralSecurityException {
    var mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(KEY, "HmacSHA256"));
    return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(UTF_8)));
  }
}
