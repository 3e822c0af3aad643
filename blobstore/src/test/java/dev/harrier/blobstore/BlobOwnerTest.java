package dev.harrier.blobstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.ByteString;
import dev.harrier.spi.machine.MachineUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose files blobs are where a process as root shares them with tasks of another user. */
final class BlobOwnerTest {
  private static final MachineUser TASKS = new MachineUser(65_521, 65_521);
  private static final MachineUser USUAL = new MachineUser(65_520, 65_520);

  private final Path folder;
  private final Path root;

  BlobOwnerTest(@TempDir Path folder) {
    assumeTrue(MachineUser.thisIsRoot());
    this.folder = folder;
    this.root = folder.resolve("blobs");
  }

  private FileBlobStore store(BlobOwner owner) throws IOException {
    return FileBlobStore.withoutUrls(
        BlobStoreSettings.of(root, folder.resolve("key")).ownedBy(owner), InstantSource.system());
  }

  @Test
  void who_only_shares_a_folder_takes_nothing_in_it_away_and_writes_as_its_owner()
      throws IOException {
    store(new BlobOwner.Given(TASKS)).write(Shop.key("by/tasks"), ByteString.EMPTY);
    Files.createDirectory(root.resolve("p/d/others"));

    var beside = store(new BlobOwner.AsTheFolder(USUAL));
    beside.write(Shop.key("beside/them"), ByteString.EMPTY);

    assertThat(TASKS.owns(root)).isTrue();
    assertThat(TASKS.owns(root.resolve("p/d/by/tasks"))).isTrue();
    assertThat(TASKS.owns(root.resolve("p/d/beside"))).isTrue();
    assertThat(TASKS.owns(root.resolve("p/d/beside/them"))).isTrue();
    assertThat(MachineUser.owner(root.resolve("p/d/others"))).isZero();
  }

  @Test
  void a_folder_that_changes_hands_later_is_followed() throws IOException {
    var beside = store(new BlobOwner.AsTheFolder(USUAL));
    beside.write(Shop.key("first"), ByteString.EMPTY);
    assertThat(USUAL.owns(root.resolve("p/d/first"))).isTrue();

    var unused = store(new BlobOwner.Given(TASKS));
    beside.write(Shop.key("second"), ByteString.EMPTY);

    assertThat(TASKS.owns(root.resolve("p/d/first"))).isTrue();
    assertThat(TASKS.owns(root.resolve("p/d/second"))).isTrue();
  }

  @Test
  void a_folder_that_a_killed_server_made_and_did_not_give_away_is_given_at_the_next_write()
      throws IOException {
    var store = store(new BlobOwner.Given(TASKS));
    store.write(Shop.key("n0/data/first"), ByteString.EMPTY);
    Files.setAttribute(root.resolve("p/d/n0/data"), "unix:uid", 0);

    store.write(Shop.key("n0/data/first"), ByteString.EMPTY);

    assertThat(TASKS.owns(root.resolve("p/d/n0/data"))).isTrue();
  }
}
