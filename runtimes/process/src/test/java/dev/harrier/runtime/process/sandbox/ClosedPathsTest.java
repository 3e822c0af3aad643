package dev.harrier.runtime.process.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.spi.machine.MachineUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ClosedPathsTest {
  @Test
  void what_others_may_not_read_is_found_and_nothing_below_it(@TempDir Path folder)
      throws IOException {
    var key = write(folder.resolve("open/key"), "rw-r-----");
    write(folder.resolve("open/readable"), "rw-r--r--");
    write(folder.resolve("closed/readable"), "rw-r--r--");
    mode(folder.resolve("open"), "rwxr-xr-x");
    mode(folder.resolve("closed"), "rwx--x---");
    Files.createSymbolicLink(folder.resolve("open/link"), key);

    var found = ClosedPaths.below(folder.resolve("open"), 3, owner -> true);
    var whole = ClosedPaths.below(folder.resolve("closed"), 3, owner -> true);

    assertThat(found.files()).containsExactly(key);
    assertThat(found.folders()).isEmpty();
    assertThat(whole.folders()).containsExactly(folder.resolve("closed"));
    assertThat(whole.files()).isEmpty();
  }

  @Test
  void a_folder_at_the_greatest_depth_counts(@TempDir Path folder) throws IOException {
    var deep = Files.createDirectories(folder.resolve("a/b"));
    mode(folder, "rwxr-xr-x");
    mode(folder.resolve("a"), "rwxr-xr-x");
    mode(deep, "rwx------");

    assertThat(ClosedPaths.below(folder, 2, owner -> true).folders()).containsExactly(deep);
  }

  @Test
  void to_an_ordinary_user_counts_what_is_its_own(@TempDir Path folder) throws IOException {
    mode(folder, "rwxr-xr-x");
    var key = write(folder.resolve("admin/signing-key"), "rw-------");
    mode(folder.resolve("admin"), "rwxr-xr-x");
    var owner = MachineUser.owner(key);

    assertThat(ClosedPaths.below(folder, 3, found -> found == owner).files()).containsExactly(key);
    assertThat(ClosedPaths.below(folder, 3, found -> found != owner).files()).isEmpty();
  }

  private static Path write(Path file, String mode) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "text");
    mode(file, mode);
    return file;
  }

  private static void mode(Path path, String mode) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
  }
}
