package dev.harrier.spi.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.harrier.spi.RejectedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MachineUserTest {
  private static final MachineUser OTHER = new MachineUser(65_521, 65_521);

  private final Path folder;

  MachineUserTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void an_ordinary_server_cannot_become_another_user() {
    assumeTrue(!MachineUser.thisIsRoot());

    assertThatThrownBy(() -> MachineUser.named("tasks.user", "65521"))
        .isInstanceOf(RejectedException.class)
        .hasMessageContaining("tasks.user");
  }

  @Test
  void a_number_needs_no_account_and_an_account_has_its_own_group() {
    assumeTrue(MachineUser.thisIsRoot());

    assertThat(MachineUser.named("x", "65521")).isEqualTo(OTHER);
    assertThat(MachineUser.named("x", "daemon").uid()).isEqualTo(1);
    assertThat(MachineUser.named("x", "1")).isEqualTo(MachineUser.named("x", "daemon"));
  }

  @Test
  void root_and_those_who_are_nobody_are_refused() {
    assumeTrue(MachineUser.thisIsRoot());

    for (var wrong : new String[] {"0", "root", "65534", "no-such-account", "-1", "", "x:y"}) {
      assertThatThrownBy(() -> MachineUser.named("tasks.user", wrong))
          .as(wrong)
          .isInstanceOf(RejectedException.class);
    }
  }

  @Test
  void who_this_process_is_goes_by_its_number() throws IOException {
    var id = new ProcessBuilder("id", "-u").start();
    var root = new String(id.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    var name = System.getProperty("user.name");
    try {
      for (var other : List.of("?", "root")) {
        System.setProperty("user.name", other);

        assertThat(MachineUser.thisIsRoot()).as(other).isEqualTo(root.equals("0"));
        assertThat(MachineUser.thisNumber()).as(other).isEqualTo(Integer.parseInt(root));
        assertThat(MachineUser.thisName())
            .as(other)
            .isEqualTo(Optional.of(other).filter("root"::equals));
      }
    } finally {
      System.setProperty("user.name", name);
    }
  }

  @Test
  void accounts_of_roots_group_and_with_numbers_too_large_are_refused() {
    for (var wrong :
        List.of("x:x:7000:0::/:/x", "x:x:3000000000:7::/:/x", "x:x:7:99999999999::/:/x")) {
      assertThatThrownBy(() -> MachineUser.account("tasks.user", "x", wrong))
          .as(wrong)
          .isInstanceOf(RejectedException.class)
          .hasMessageContaining("tasks.user");
    }
    assertThat(MachineUser.account("tasks.user", "x", "x:x:7000:7001::/:/x"))
        .isEqualTo(new MachineUser(7_000, 7_001));
  }

  @Test
  void a_folder_changes_hands_with_all_but_what_is_kept_and_links_are_not_followed()
      throws IOException {
    assumeTrue(MachineUser.thisIsRoot());
    var top = Files.createDirectory(folder.resolve("top"));
    Files.createDirectories(top.resolve("a/b"));
    Files.writeString(top.resolve("a/b/file"), "x");
    Files.createDirectory(top.resolve("kept"));
    Files.writeString(top.resolve("kept/file"), "x");
    var outside = Files.writeString(folder.resolve("outside"), "x");
    Files.createSymbolicLink(top.resolve("link"), outside);

    var changed = OTHER.takeAll(top, one -> one.endsWith("kept"));

    assertThat(changed).isEqualTo(4);
    assertThat(OTHER.owns(top.resolve("a/b/file"))).isTrue();
    assertThat(MachineUser.owner(outside)).isZero();
    assertThat(MachineUser.owner(top.resolve("kept/file"))).isZero();
    assertThat(OTHER.takeAll(top, one -> false)).isZero();
  }

  @Test
  void a_folder_that_is_exchanged_for_a_link_meanwhile_is_not_followed() throws IOException {
    assumeTrue(MachineUser.thisIsRoot());
    var top = Files.createDirectory(folder.resolve("top"));
    var inner = Files.createDirectory(top.resolve("inner"));
    Files.writeString(inner.resolve("file"), "x");
    var outside = Files.createDirectory(folder.resolve("outside"));
    var foreign = Files.writeString(outside.resolve("file"), "x");

    assertThatThrownBy(() -> OTHER.takeAll(top, one -> exchanged(inner, outside)))
        .isInstanceOf(IOException.class);

    assertThat(MachineUser.owner(foreign)).isZero();
    assertThat(MachineUser.owner(outside)).isZero();
  }

  private static boolean exchanged(Path inner, Path outside) {
    try {
      Files.move(inner, inner.resolveSibling("elsewhere"));
      Files.createSymbolicLink(inner, outside);
      return false;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  @Test
  void one_that_was_interrupted_goes_on() throws IOException {
    assumeTrue(MachineUser.thisIsRoot());
    var top = Files.createDirectory(folder.resolve("top"));
    Files.writeString(top.resolve("done"), "x");
    Files.writeString(top.resolve("left"), "x");
    OTHER.take(top.resolve("done"));

    var unused = OTHER.takeAll(top, one -> false);

    assertThat(OTHER.owns(top.resolve("left"))).isTrue();
    assertThat(OTHER.owns(top)).isTrue();
  }
}
