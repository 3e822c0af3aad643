package dev.harrier.audit.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.audit.chain.ChainedLog;
import dev.harrier.audit.chain.Position;
import dev.harrier.audit.chain.TestLog;
import dev.harrier.audit.verify.LogFolder.LogFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LogTailTest {
  private static final int ALL = Integer.MAX_VALUE;

  private final TestLog test;
  private Position end = new Position(1, 0, 0);

  LogTailTest(@TempDir Path root) {
    this.test = new TestLog(root);
  }

  @BeforeEach
  void fill() throws IOException {
    try (var log = ChainedLog.open(test.shortFiles(64_000), Clock.systemUTC())) {
      // Each in its turn: a batch is never parted between two files.
      while (files().size() < 4) {
        log.ensure(TestLog.call("flyteidl.service.AdminService/GetTask", "v")).join();
      }
      end = log.position();
    }
  }

  @Test
  void files_that_are_gone_end_the_lines_so_that_a_gap_is_always_before_the_first()
      throws IOException {
    var files = files();
    try (var tail = new LogTail(test.folder(), LogTail.begin(test.folder()))) {
      assertThat(tail.next(end, 2, ALL)).hasSize(2);
      // The first is open, and read to its end though it is gone.
      Files.delete(files.get(0).path());
      Files.delete(files.get(1).path());

      var before = tail.next(end, ALL, ALL);
      var behind = tail.next(end, ALL, ALL);

      assertThat(sequences(before)).isEqualTo(range(3, files.get(1).first() - 1));
      assertThat(sequences(behind)).isEqualTo(range(files.get(2).first(), end.sequence()));
      assertThat(tail.next(end, ALL, ALL)).isEmpty();
    }
  }

  @Test
  void lines_are_no_more_bytes_than_asked_for_but_for_one_that_is_too_long() throws IOException {
    try (var tail = new LogTail(test.folder(), LogTail.begin(test.folder()))) {
      var lines = tail.next(end, ALL, 5000);
      assertThat(lines).hasSizeGreaterThan(1);
      assertThat(lines.stream().mapToInt(line -> line.text().length).sum()).isLessThan(5001);

      var next = lines.size() + 1;
      assertThat(sequences(tail.next(end, ALL, 10))).isEqualTo(range(next, next));
      assertThat(sequences(tail.next(end, 2, ALL))).isEqualTo(range(next + 1, next + 2));
    }
  }

  @Test
  void a_file_that_is_packed_between_its_listing_and_its_opening_is_looked_for_again()
      throws IOException {
    var listings = new AtomicInteger();
    LogTail.Listing packing =
        () -> {
          var listed = files();
          if (listings.incrementAndGet() == 1) {
            pack(listed.getFirst().path());
          }
          return listed;
        };
    try (var tail = new LogTail(packing, LogTail.begin(test.folder()))) {
      assertThat(sequences(tail.next(end, 2, ALL))).isEqualTo(range(1, 2));
      assertThat(listings).hasValue(2);
    }
  }

  private static void pack(Path file) throws IOException {
    var packed = file.resolveSibling(file.getFileName() + ".gz");
    try (var out = new GZIPOutputStream(Files.newOutputStream(packed))) {
      Files.copy(file, out);
    }
    Files.delete(file);
  }

  private List<LogFile> files() throws IOException {
    return test.folder().files();
  }

  private static List<Long> sequences(List<LogLine> lines) {
    return lines.stream().map(LogLine::sequence).toList();
  }

  private static List<Long> range(long first, long last) {
    return LongStream.rangeClosed(first, last).boxed().toList();
  }
}
