package dev.harrier.audit.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.audit.AuditUnavailableException;
import dev.harrier.audit.chain.ChainedLog;
import dev.harrier.audit.chain.Position;
import dev.harrier.audit.chain.Retention;
import dev.harrier.audit.chain.TestLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DeliveryTest {
  private static final String GET_TASK = "flyteidl.service.AdminService/GetTask";
  private static final long SHORT_BYTES = 64_000;

  private final TestLog test;
  private final Receiver receiver = new Receiver();

  DeliveryTest(@TempDir Path root) {
    this.test = new TestLog(root);
  }

  @Test
  void a_sink_gets_every_record_once_and_in_order_out_of_files_that_are_closed_and_packed()
      throws IOException {
    try (var log = ChainedLog.open(test.shortFiles(SHORT_BYTES), Clock.systemUTC())) {
      log.keeping(Retention.NO_SINKS);
      write(log, 2000);
      try (var delivery = start(log, receiver)) {
        write(log, 2000);
        caughtUp(delivery, log);
      }

      // A checkpoint may have come meanwhile, and stand in the log alone yet.
      assertThat(receiver.sent()).hasSizeGreaterThan(4000);
      assertThat(receiver.sent()).isEqualTo(upTo(receiver.sent().size()));
      assertThat(test.folder().files()).hasSizeGreaterThan(4);
    }
  }

  @Test
  void a_sink_that_takes_nothing_for_a_while_gets_all_of_it_later_and_the_log_says_so()
      throws IOException {
    receiver.refuse(3);
    try (var log = test.open();
        var delivery = start(log, receiver)) {
      Waiting.until("a failure", () -> !delivery.takes());
      write(log, 500);

      caughtUp(delivery, log);

      assertThat(receiver.kept()).isEqualTo(upTo(delivery.delivered()));
      Waiting.until("a record of it", () -> text().contains("\"sink_recovered\""));
      assertThat(text()).contains("\"sink_failed\"", "\"sink\":\"one\"");
    }
  }

  @Test
  void after_a_restart_it_goes_on_where_it_was() throws IOException {
    for (var start = 0; start < 3; start++) {
      var log = test.open();
      var delivery = start(log, receiver);
      write(log, 300);
      log.close();
      delivery.close();
    }

    assertThat(receiver.sent()).isEqualTo(upTo(receiver.sent().size()));
    assertThat(receiver.sent()).hasSizeGreaterThan(900);
  }

  @Test
  void what_was_sent_and_never_confirmed_is_sent_again() throws IOException {
    var forgetful = new Receiver(Duration.ofDays(1));
    try (var log = test.open();
        var delivery = start(log, forgetful)) {
      write(log, 100);
      Waiting.until("them", () -> forgetful.sent().contains(100L));
      assertThat(delivery.delivered()).isZero();
      // The connection breaks: nobody knows what of it arrived.
      forgetful.refuse(1);
      write(log, 1);

      Waiting.until(
          "all of it again", () -> forgetful.sent().stream().filter(n -> n == 7).count() == 2);
    }
  }

  @Test
  void a_file_stays_for_a_sink_until_the_log_is_too_large_and_what_it_misses_is_recorded()
      throws IOException {
    receiver.refuse(Integer.MAX_VALUE);
    var short1ms = test.settings().rotating(SHORT_BYTES, Duration.ofDays(1), Duration.ofNanos(1));
    try (var log = ChainedLog.open(short1ms, Clock.systemUTC());
        var delivery = start(log, receiver);
        var sinks = new Sinks(log, List.of(delivery), Set.of(), 1 << 20, Duration.ofDays(1))) {
      write(log, 600);
      Waiting.until("a file that is closed and packed", this::closed);
      var second = test.folder().files().get(1).first();
      assertThat(sinks.deliveries()).hasSize(1);
      assertThat(test.folder().files().getFirst().first()).isEqualTo(1);

      // Packed, a record takes some forty bytes.
      Waiting.until(
          "the oldest file to go",
          () -> {
            write(log, 5000);
            return oldest() > second;
          });
      receiver.refuse(0);

      Waiting.until("the rest", () -> delivery.missed() > 0);
      Waiting.until("a record of it", () -> text().contains("\"records_missed\""));
      caughtUp(delivery, log);
      assertThat(receiver.sent()).contains(delivery.missed() + 1).doesNotContain(delivery.missed());
    }
  }

  @Test
  void what_is_too_much_at_once_is_sent_in_parts() throws IOException {
    receiver.takeAtMost(7);
    try (var log = test.open()) {
      write(log, 1000);
      try (var delivery = start(log, receiver)) {
        Waiting.until("some of it", () -> delivery.delivered() > 30);
        receiver.takeAtMost(1000);
        caughtUp(delivery, log);

        assertThat(receiver.kept()).isEqualTo(upTo(delivery.delivered()));
      }
    }
  }

  @Test
  void a_record_that_is_refused_by_itself_is_told_by_its_sequence() throws IOException {
    try (var log = test.open()) {
      write(log, 40);
      receiver.refuseRecord(12);
      try (var delivery = start(log, receiver)) {
        Waiting.until("the record", () -> delivery.refused() == 12);
        assertThat(delivery.delivered()).isEqualTo(11);

        receiver.refuseRecord(0);
        caughtUp(delivery, log);

        assertThat(delivery.refused()).isZero();
      }
    }
  }

  @Test
  void a_start_deletes_nothing_before_it_knows_what_sinks_lack() throws IOException {
    try (var log = ChainedLog.open(test.shortFiles(SHORT_BYTES), Clock.systemUTC())) {
      write(log, 600);
    }
    var allOld = test.settings().rotating(SHORT_BYTES, Duration.ofNanos(1), Duration.ofNanos(1));

    // It begins a new file at once; and ends before the sinks are there, as a start that fails.
    ChainedLog.open(allOld, Clock.systemUTC()).close();
    assertThat(oldest()).isEqualTo(1);

    receiver.refuse(Integer.MAX_VALUE);
    try (var log = ChainedLog.open(allOld, Clock.systemUTC());
        var delivery = start(log, receiver);
        var sinks = new Sinks(log, List.of(delivery), Set.of(), 1 << 30, Duration.ofDays(1))) {
      Waiting.until("a closed file to be packed", this::closed);
      assertThat(sinks.deliveries()).hasSize(1);
      assertThat(oldest()).isEqualTo(1);
    }
  }

  @Test
  void nothing_is_changed_while_a_sink_that_must_have_it_is_behind() throws IOException {
    receiver.refuse(Integer.MAX_VALUE);
    try (var log = test.open();
        var delivery = start(log, receiver);
        var sinks =
            new Sinks(log, List.of(delivery), Set.of("one"), 1 << 30, Duration.ofMillis(300))) {
      assertThat(sinks.deliveries()).containsExactly(delivery);
      Waiting.until(
          "a refusal", () -> log.ensure(TestLog.call(GET_TASK, "v")).isCompletedExceptionally());
      try {
        log.ensure(TestLog.call(GET_TASK, "v")).join();
      } catch (CompletionException refused) {
        assertThat(refused).hasCauseInstanceOf(AuditUnavailableException.class);
      }

      receiver.refuse(0);

      Waiting.until(
          "a change after all",
          () -> !log.ensure(TestLog.call(GET_TASK, "v")).isCompletedExceptionally());
    }
  }

  @Test
  void a_position_beyond_the_log_is_its_end_and_a_broken_one_its_beginning(@TempDir Path folder)
      throws IOException {
    var cursor = new Cursor(folder.resolve("one"));
    var begin = new Position(1, 0, 0);
    var end = new Position(1, 5000, 7);

    assertThat(cursor.read(begin, end)).isEqualTo(begin);
    cursor.write(new Position(1, 9000, 12));
    assertThat(cursor.read(begin, end)).isEqualTo(end);
    Files.writeString(folder.resolve("one"), "1 2");
    assertThat(cursor.read(begin, end)).isEqualTo(begin);
  }

  private Delivery start(ChainedLog log, Sink sink) throws IOException {
    return Delivery.start("one", sink, log, test.folder());
  }

  private static void write(ChainedLog log, int records) {
    for (var i = 0; i < records; i++) {
      log.record(TestLog.call(GET_TASK, "v" + i));
    }
    log.ensure(TestLog.call(GET_TASK, "last")).exceptionally(refused -> null).join();
  }

  private static void caughtUp(Delivery delivery, ChainedLog log) {
    Waiting.until("the sink to have it all", () -> delivery.delivered() == log.size());
  }

  private static List<Long> upTo(long last) {
    return LongStream.rangeClosed(1, last).boxed().toList();
  }

  private boolean closed() {
    try {
      return test.folder().files().getFirst().packed();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private long oldest() {
    try {
      return test.folder().files().getFirst().first();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private String text() {
    try {
      return Files.readString(test.folder().files().getLast().path());
    } catch (IOException packed) {
      return "";
    }
  }
}
