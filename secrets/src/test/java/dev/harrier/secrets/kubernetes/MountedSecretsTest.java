package dev.harrier.secrets.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.harrier.secrets.OutsideSecrets;
import dev.harrier.secrets.Places;
import dev.harrier.spi.ProjectDomain;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.SecretId;
import dev.harrier.spi.SecretSource;
import dev.harrier.spi.SecretValue;
import dev.harrier.spi.StoreUnavailableException;
import dev.harrier.testkit.SecretSourceContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MountedSecretsTest extends SecretSourceContract {
  private static final ProjectDomain PLACE = new ProjectDomain("flytesnacks", "development");
  private static final SecretId ID = SecretId.of("warehouse", "password");

  private final Path folder;

  MountedSecretsTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Override
  protected SecretSource open() {
    return source(folder);
  }

  private static SecretSource source(Path folder) {
    return new OutsideSecrets(
        "mounted", new Places(List.of(), "{project}/{domain}"), new MountedSecrets(folder));
  }

  @Override
  protected void put(ProjectDomain place, SecretId id, String text) throws IOException {
    var group = folder.resolve(place.toString()).resolve(id.group());
    var file = id.version().map(group::resolve).orElse(group).resolve(id.key());
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  @Test
  void what_kubernetes_changes_behind_its_links_is_seen() throws IOException {
    var group = Files.createDirectories(folder.resolve(PLACE.toString()).resolve("warehouse"));
    for (var version : List.of("first", "second")) {
      Files.createDirectories(group.resolve(".." + version));
      Files.writeString(group.resolve(".." + version).resolve("password"), version);
    }
    Files.createSymbolicLink(group.resolve("..data"), Path.of("..first"));
    Files.createSymbolicLink(group.resolve("password"), Path.of("..data", "password"));
    assertThat(open().find(ID, PLACE).map(SecretValue::reveal)).contains("first");

    Files.delete(group.resolve("..data"));
    Files.createSymbolicLink(group.resolve("..data"), Path.of("..second"));

    assertThat(open().find(ID, PLACE).map(SecretValue::reveal)).contains("second");
  }

  @Test
  void a_link_into_another_projects_folder_is_not_followed() throws IOException {
    put(new ProjectDomain("flyteother", "development"), ID, "hunter2");
    var group = Files.createDirectories(folder.resolve(PLACE.toString()).resolve("warehouse"));
    Files.createSymbolicLink(
        group.resolve("password"), folder.resolve("flyteother/development/warehouse/password"));

    assertThatThrownBy(() -> open().find(ID, PLACE))
        .isInstanceOf(RejectedException.class)
        .hasMessageContaining("a link that leads out");
  }

  @Test
  void a_version_is_a_folder_of_its_own() throws IOException {
    put(PLACE, new SecretId("warehouse", "password", Optional.of("v2")), "second");

    assertThat(open().find(ID, PLACE)).isEmpty();
    assertThat(open().find(new SecretId("warehouse", "password", Optional.of("v2")), PLACE))
        .isPresent();
  }

  @Test
  void a_group_that_is_a_file_and_a_key_that_is_a_folder_are_absent() throws IOException {
    put(PLACE, ID, "hunter2");

    assertThat(open().find(SecretId.of("warehouse/password", "x"), PLACE)).isEmpty();
    assertThat(open().find(SecretId.of("flytesnacks", "development"), PLACE)).isEmpty();
  }

  @Test
  void a_folder_that_is_not_mounted_is_temporary() {
    assertThatThrownBy(() -> source(folder.resolve("later")).find(ID, PLACE))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining("source 'mounted' cannot be read: its folder");
  }

  @Test
  void what_is_no_text_is_refused_without_it() throws IOException {
    put(PLACE, ID, "hunter2\0");
    put(PLACE, SecretId.of("warehouse", "large"), "x".repeat(1 << 20));

    assertThatThrownBy(() -> open().find(ID, PLACE))
        .isInstanceOf(RejectedException.class)
        .hasMessageContaining("'warehouse/password' in the source 'mounted'")
        .hasMessageNotContaining("hunter2");
    assertThatThrownBy(() -> open().find(SecretId.of("warehouse", "large"), PLACE))
        .isInstanceOf(RejectedException.class)
        .hasMessageContaining("at most 65536 bytes, found 1048576");
  }
}
