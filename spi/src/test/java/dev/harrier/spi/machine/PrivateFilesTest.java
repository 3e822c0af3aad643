package dev.harrier.spi.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PrivateFilesTest {
  private final Path folder;
  private final Path file;

  PrivateFilesTest(@TempDir Path folder) {
    this.folder = folder.resolve("keys");
    this.file = this.folder.resolve("key");
  }

  @Test
  void what_is_written_is_its_owners_alone_and_so_is_the_folder_it_needs() throws IOException {
    PrivateFiles.write(file, "first");
    PrivateFiles.write(file, "second");

    assertThat(PrivateFiles.read(file)).isEqualTo("second");
    assertThat(FileMode.of(file)).hasToString("rw-------");
    assertThat(FileMode.of(folder)).hasToString("rwx------");
    try (var beside = Files.list(folder)) {
      assertThat(beside).containsExactly(file);
    }
  }

  @Test
  void a_draft_that_others_may_read_is_not_written_into() throws IOException {
    PrivateFiles.createFolder(folder);
    var draft = Files.writeString(file.resolveSibling("key.draft"), "of a start that was cut off");
    Files.setPosixFilePermissions(draft, PosixFilePermissions.fromString("rw-rw-rw-"));

    PrivateFiles.write(file, "new");

    assertThat(FileMode.of(file)).hasToString("rw-------");
  }

  @Test
  void one_that_others_may_read_is_refused_with_what_mends_it() throws IOException {
    PrivateFiles.write(file, "hunter2");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

    assertThatThrownBy(() -> PrivateFiles.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is open to others: expected mode rw-------, found rw-r-----")
        .hasMessageContaining("chmod 600 " + file)
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void one_that_is_opened_goes_on_with_what_it_holds() throws IOException {
    var log = folder.resolveSibling("log");
    try (var made = PrivateFiles.open(log)) {
      PrivateFiles.writeAll(made, ByteBuffer.wrap(new byte[] {'a', 'b'}));
    }

    try (var again = PrivateFiles.open(log)) {
      assertThat(again.size()).isEqualTo(2);
    }
    assertThat(FileMode.of(log)).hasToString("rw-------");
  }
}
