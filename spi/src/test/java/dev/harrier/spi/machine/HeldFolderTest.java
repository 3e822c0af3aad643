package dev.harrier.spi.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HeldFolderTest {
  private final Path folder;
  private final Path outside;
  private final Path victim;

  HeldFolderTest(@TempDir Path temporary) throws IOException {
    folder = Files.createDirectory(temporary.resolve("folder"));
    outside = Files.createDirectory(temporary.resolve("outside"));
    victim = outside.resolve("victim");
  }

  @BeforeEach
  void fill() throws IOException {
    Files.writeString(victim, "kept");
    Files.setPosixFilePermissions(outside, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createSymbolicLink(folder.resolve("to-file"), victim);
    Files.createSymbolicLink(folder.resolve("to-folder"), outside);
  }

  @Test
  void a_link_is_no_folder() throws IOException {
    try (var held = HeldFolder.open(folder)) {
      assertThatThrownBy(() -> held.folder("to-folder")).isInstanceOf(NotDirectoryException.class);
      assertThatThrownBy(() -> held.privateFolder("to-folder", Optional.empty()))
          .isInstanceOf(NotDirectoryException.class);
    }
    assertThatThrownBy(() -> HeldFolder.open(folder, folder.resolve("to-folder/deeper")))
        .isInstanceOf(NotDirectoryException.class);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(outside)))
        .isEqualTo("rwxr-xr-x");
  }

  @Test
  void what_is_written_goes_where_no_link_leads() throws IOException {
    Files.createSymbolicLink(folder.resolve("new.draft"), victim);
    try (var held = HeldFolder.open(folder)) {
      held.replace("new", "text", Optional.empty());
      held.replace("to-file", "text", Optional.empty());

      assertThatThrownBy(() -> held.create("to-folder", "text", Optional.empty()))
          .isInstanceOf(FileAlreadyExistsException.class);
    }
    assertThat(folder.resolve("new")).isRegularFile().hasContent("text");
    assertThat(Files.getPosixFilePermissions(folder.resolve("new")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(folder.resolve("to-file")).hasContent("text");
    assertThat(Files.isSymbolicLink(folder.resolve("to-file"))).isFalse();
    assertThat(victim).hasContent("kept");
  }

  @Test
  void what_is_read_is_a_regular_file_and_bounded() throws IOException {
    Files.writeString(folder.resolve("file"), "12345");
    try (var held = HeldFolder.open(folder)) {
      assertThat(held.text("file", 5)).contains("12345");
      assertThat(held.text("file", 4)).contains("");
      assertThat(held.text("to-file", 10)).contains("");
      assertThat(held.text("none", 10)).isEmpty();
      assertThat(held.file("to-file")).isEmpty();
    }
  }

  @Test
  void links_are_deleted_and_not_what_they_lead_to() throws IOException {
    var tree = Files.createDirectories(folder.resolve("tree/a/b"));
    Files.writeString(tree.resolve("file"), "x");
    Files.createSymbolicLink(tree.resolve("link"), outside);
    Files.setPosixFilePermissions(tree.getParent(), PosixFilePermissions.fromString("---------"));
    try (var held = HeldFolder.open(folder)) {
      held.delete("tree");
      held.delete("to-folder");
      held.delete("none");
    }
    assertThat(folder.resolve("tree")).doesNotExist();
    assertThat(Files.isSymbolicLink(folder.resolve("to-folder"))).isFalse();
    assertThat(victim).hasContent("kept");
  }
}
