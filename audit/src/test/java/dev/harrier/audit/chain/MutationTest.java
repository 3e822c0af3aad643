package dev.harrier.audit.chain;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.audit.verify.BrokenLogException;
import dev.harrier.audit.verify.LogFolder;
import dev.harrier.audit.verify.LogVerifier;
import dev.harrier.audit.verify.NoteVerifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every small change of a log is found. */
final class MutationTest {
  private static final int BITS = 8;

  private final Path root;
  private final TestLog test;
  private final Path file;
  private final byte[] whole;

  MutationTest(@TempDir Path root) throws Exception {
    this.root = root;
    this.test = new TestLog(root);
    test.fill(3);
    this.file = test.folder().files().getFirst().path();
    this.whole = Files.readAllBytes(file);
    test.verify();
  }

  @Test
  void a_flip_in_any_place_of_the_records_is_found() throws Exception {
    var missed = flips(file, whole);

    assertThat(missed).isEmpty();
  }

  @Test
  void a_flip_in_any_place_of_the_checkpoints_and_the_key_is_found() throws Exception {
    var checkpoints = test.folder().checkpoints();
    var key = test.folder().publicKey();

    assertThat(flips(checkpoints, Files.readAllBytes(checkpoints))).isEmpty();
    // Its last newline is none of the key's.
    var bytes = Files.readAllBytes(key);
    assertThat(flips(key, bytes)).allMatch(at -> at.startsWith((bytes.length - 1) + ":"));
  }

  @Test
  void every_line_that_is_deleted_doubled_or_swapped_is_found() throws Exception {
    var lines = Files.readAllLines(file);
    var missed = new ArrayList<String>();
    for (var i = 0; i < lines.size(); i++) {
      var deleted = new ArrayList<>(lines);
      deleted.remove(i);
      tried(deleted, i, "deleted", missed);
      var doubled = new ArrayList<>(lines);
      doubled.add(i, lines.get(i));
      tried(doubled, i, "doubled", missed);
      for (var j = i + 1; j < lines.size(); j++) {
        var swapped = new ArrayList<>(lines);
        Collections.swap(swapped, i, j);
        tried(swapped, i, "swapped with " + j, missed);
      }
    }

    assertThat(missed).isEmpty();
  }

  @Test
  void every_truncation_is_found() throws Exception {
    var missed = new ArrayList<Integer>();
    for (var length = 0; length < whole.length; length++) {
      Files.write(file, java.util.Arrays.copyOf(whole, length));
      if (intact()) {
        missed.add(length);
      }
    }

    assertThat(missed).isEmpty();
  }

  @Test
  void a_log_whose_hashes_were_all_made_anew_is_found_by_its_checkpoint() throws Exception {
    var forged = forged(root.resolve("forged"));

    Files.copy(forged, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);

    assertThat(found())
        .hasValueSatisfying(broken -> assertThat(broken).hasMessageContaining("checkpoint"));
  }

  @Test
  void a_log_signed_by_another_key_is_found_by_the_key_that_was_kept() throws Exception {
    var kept = NoteVerifier.parse(Files.readString(test.folder().publicKey()));
    var other = new TestLog(root.resolve("other"));
    other.fill(3);
    other.verify();

    assertThat(found(other.folder(), kept)).isPresent();
  }

  /** The same length of log by somebody who has no key: a chain that is sound in itself. */
  private static Path forged(Path folder) throws IOException {
    var forged = new TestLog(folder);
    try (var log = ChainedLog.open(forged.settings(), Clock.systemUTC())) {
      for (var i = 0; i < 3; i++) {
        log.record(TestLog.call("flyteidl.service.AdminService/GetTask", "forged"));
      }
    }
    return forged.folder().files().getFirst().path();
  }

  private List<String> flips(Path changed, byte[] original) throws IOException {
    var missed = new ArrayList<String>();
    for (var at = 0; at < original.length; at++) {
      // Another bit in each place: all of them everywhere took minutes, and found no more.
      var flipped = original.clone();
      flipped[at] ^= (byte) (1 << (at % BITS));
      Files.write(changed, flipped);
      if (intact()) {
        missed.add(at + ":" + (at % BITS));
      }
    }
    Files.write(changed, original);
    return missed;
  }

  private void tried(List<String> lines, int at, String how, List<String> missed)
      throws IOException {
    Files.writeString(file, String.join("\n", lines) + "\n");
    var broken = found();
    if (broken.isEmpty() || broken.get().sequence() < at + 1) {
      missed.add("line %s %s: %s".formatted(at, how, broken));
    }
  }

  private boolean intact() throws IOException {
    return found().isEmpty();
  }

  private Optional<BrokenLogException> found() throws IOException {
    try {
      var key = NoteVerifier.parse(Files.readString(test.folder().publicKey(), ISO_8859_1));
      return found(test.folder(), key);
    } catch (IllegalArgumentException noKey) {
      return Optional.of(new BrokenLogException(1, "no key"));
    }
  }

  private static Optional<BrokenLogException> found(LogFolder folder, NoteVerifier key)
      throws IOException {
    try {
      new LogVerifier(folder, key, 0).verify(Optional.empty(), OptionalLong.empty());
      return Optional.empty();
    } catch (BrokenLogException broken) {
      return Optional.of(broken);
    }
  }
}
