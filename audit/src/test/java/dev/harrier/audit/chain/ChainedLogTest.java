package dev.harrier.audit.chain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.harrier.audit.AuditRecord;
import dev.harrier.audit.AuditUnavailableException;
import dev.harrier.audit.Event;
import dev.harrier.audit.Outcome;
import dev.harrier.audit.sink.Waiting;
import dev.harrier.audit.verify.BrokenLogException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ChainedLogTest {
  private final Path root;

  ChainedLogTest(@TempDir Path root) {
    this.root = root;
  }

  @Test
  void what_is_written_is_intact_over_restarts_and_files() throws Exception {
    var test = new TestLog(root);
    for (var start = 0; start < 3; start++) {
      try (var log = ChainedLog.open(test.shortFiles(64_000), Clock.systemUTC())) {
        for (var i = 0; i < 3000; i++) {
          log.record(TestLog.call("flyteidl.service.AdminService/GetTask", "v" + i));
        }
      }
    }

    var found = test.verify();

    assertThat(test.folder().files()).hasSizeGreaterThan(5);
    assertThat(found.first()).isEqualTo(1);
    assertThat(found.last()).isGreaterThan(9000).isEqualTo(found.signed());
  }

  @Test
  void a_record_that_must_last_is_in_the_file_before_anybody_goes_on() throws Exception {
    var test = new TestLog(root);
    try (var log = test.open()) {
      log.ensure(TestLog.call("flyteidl.service.AdminService/CreateTask", "unique-7")).join();

      assertThat(text(test)).contains("unique-7");
    }
  }

  @Test
  void what_fails_in_the_middle_of_a_batch_leaves_the_chain_whole() throws Exception {
    var test = new TestLog(root);
    var broken = new TreeMap<String, Object>();
    broken.put("broken", new Unspeakable());
    try (var log = test.open()) {
      log.record(TestLog.call("flyteidl.service.AdminService/GetTask", "before"));
      var failed = log.ensure(AuditRecord.system(Event.CONFIGURED, Outcome.OK, broken));

      assertThatThrownBy(failed::join).hasCauseInstanceOf(AuditUnavailableException.class);
      Waiting.until("the log to be written again", log::writes);
      log.ensure(TestLog.call("flyteidl.service.AdminService/CreateTask", "after")).join();
    }

    assertThat(test.verify().last()).isEqualTo(test.verify().signed());
    assertThat(text(test)).containsOnlyOnce("t1/before").containsOnlyOnce("t1/after");
  }

  private static final class Unspeakable {
    @Override
    public String toString() {
      throw new IllegalStateException("nobody can write this");
    }
  }

  @Test
  void a_line_is_canonical_json_with_all_that_was_said() throws Exception {
    var test = new TestLog(root);
    test.fill(1);

    assertThat(
            text(test).lines().filter(line -> line.contains("GetTask")).findFirst().orElseThrow())
        .startsWith(
            "{\"activity_id\":2,\"actor\":{\"app_uid\":\"flytectl\",\"authorizations\":[{\"decision\":\"allowed\",\"policy\":{\"desc\":\"flytesnacks/development\",\"name\":\"inventory:read\"}}],\"user\":{\"domain\":\"http://localhost:30080\",\"uid\":\"user:ada\"}},\"api\":{\"operation\":\"flyteidl.service.AdminService/GetTask\",\"response\":{\"code\":0},\"service\":{\"name\":\"flyteidl.service.AdminService\"}},\"category_uid\":6,\"class_uid\":6003,\"integrity\":{\"hash\":\"sha256:")
        .endsWith(",\"type_uid\":600302,\"unmapped\":{\"latency_us\":812}}");
  }

  @Test
  void files_are_for_their_owner_alone() throws Exception {
    var test = new TestLog(root);
    test.fill(1);

    assertThat(Files.getPosixFilePermissions(test.folder().folder()))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    assertThat(Files.getPosixFilePermissions(test.folder().files().getFirst().path()))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void a_record_that_a_crash_cut_off_is_cut_and_told() throws Exception {
    var test = new TestLog(root);
    test.fill(3);
    Files.writeString(
        test.folder().files().getFirst().path(),
        "{\"activity_id\":2,\"act",
        UTF_8,
        StandardOpenOption.APPEND);
    assertThatThrownBy(test::verify).hasMessageContaining("without its end");

    test.fill(1);

    test.verify();
    assertThat(text(test))
        .contains("\"activity_name\":\"record_cut\"")
        .contains("\"cut_bytes\":21");
  }

  @Test
  void a_changed_log_is_not_gone_on_with() throws Exception {
    var test = new TestLog(root);
    test.fill(10);
    var file = test.folder().files().getFirst().path();
    Files.writeString(file, Files.readString(file).replace("/v4\"", "/v5\""));

    assertThatThrownBy(test::open)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is not as it was written")
        .hasMessageContaining("Keep the folder as evidence");
  }

  @Test
  void a_lost_key_and_one_that_others_read_are_refused() throws Exception {
    var test = new TestLog(root);
    test.fill(1);
    var key = test.settings().keyFile();
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(test::open).hasMessageContaining("is open to others");

    Files.delete(key);

    assertThatThrownBy(test::open).hasMessageContaining("the key that signs it is not there");
  }

  @Test
  void a_clock_that_jumps_back_is_recorded_and_a_silent_jump_is_found() throws Exception {
    var test = new TestLog(root);
    var clock = new SetClock(Instant.parse("2026-11-21T12:00:00Z"));
    try (var log = ChainedLog.open(test.settings(), clock)) {
      log.ensure(TestLog.call("a.B/GetC", "1")).join();
      clock.now = clock.now.minusSeconds(3600);
      log.ensure(TestLog.call("a.B/GetC", "2")).join();
      clock.now = clock.now.plusMillis(-20);
      log.ensure(TestLog.call("a.B/GetC", "3")).join();
    }

    test.verify();

    assertThat(text(test).split("clock_went_back", -1)).hasSize(2);
  }

  @Test
  void an_end_that_is_missing_is_missed() throws Exception {
    var test = new TestLog(root);
    test.fill(5);
    var file = test.folder().files().getFirst().path();
    var lines = new ArrayList<>(Files.readAllLines(file));
    var whole = lines.size();
    lines.removeLast();
    Files.writeString(file, String.join("\n", lines) + "\n");

    assertThatThrownBy(test::verify)
        .isInstanceOfSatisfying(
            BrokenLogException.class, broken -> assertThat(broken.sequence()).isEqualTo(whole))
        .hasMessageContaining("is missing");
  }

  @Test
  void an_expected_sequence_that_is_not_reached_is_missed() throws Exception {
    var test = new TestLog(root);
    test.fill(5);
    var last = test.verify().last();

    test.verify(OptionalLong.of(last));
    assertThatThrownBy(() -> test.verify(OptionalLong.of(last + 1)))
        .hasMessageContaining("sequence %s is expected".formatted(last + 1));
  }

  static String text(TestLog test) throws IOException {
    var text = new StringBuilder();
    for (var file : test.folder().files()) {
      text.append(Files.readString(file.path()));
    }
    return text.toString();
  }

  private static final class SetClock extends Clock {
    private volatile Instant now;

    SetClock(Instant now) {
      this.now = now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }
}
