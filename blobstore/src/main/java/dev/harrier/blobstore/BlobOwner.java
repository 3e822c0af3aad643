package dev.harrier.blobstore;

import static java.util.Objects.requireNonNull;

import dev.harrier.spi.machine.MachineUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** To whom the files of blobs belong. */
public sealed interface BlobOwner {

  /** Sees to it that what is there belongs to that one. */
  void begin(Path root) throws IOException;

  /** Whom a new file is given to; empty if it stays this process'. */
  Optional<UserPrincipal> ofNew(Path root) throws IOException;

  /** This process' user. */
  record ThisProcess() implements BlobOwner {
    @Override
    public void begin(Path root) {
      // What it makes is its own.
    }

    @Override
    public Optional<UserPrincipal> ofNew(Path root) {
      return Optional.empty();
    }
  }

  /**
   * The user as whom this process has blobs read and written: all that is there is given to that
   * one.
   */
  record Given(MachineUser user) implements BlobOwner {
    private static final Logger LOG = LoggerFactory.getLogger(Given.class);

    public Given {
      requireNonNull(user, "user");
    }

    @Override
    public void begin(Path root) throws IOException {
      var count = user.takeAll(root, never -> false);
      if (count > 0) {
        LOG.info("{} files of blobs now belong to user {}", count, user.uid());
      }
    }

    @Override
    public Optional<UserPrincipal> ofNew(Path root) throws IOException {
      return Optional.of(user.principal());
    }
  }

  /**
   * Whoever owns the folder, asked for each file: for a process that runs no tasks beside one that
   * does, and that may give the folder to another user at its next start.
   *
   * @param first to whom a folder without blobs is given
   */
  record AsTheFolder(MachineUser first) implements BlobOwner {
    public AsTheFolder {
      requireNonNull(first, "first");
    }

    @Override
    public void begin(Path root) throws IOException {
      try (var projects =
          Files.newDirectoryStream(root, one -> !one.endsWith(BlobFolder.INCOMING))) {
        if (projects.iterator().hasNext() || MachineUser.owner(root) != 0) {
          return;
        }
      }
      first.take(root.resolve(BlobFolder.INCOMING));
      first.take(root);
    }

    @Override
    public Optional<UserPrincipal> ofNew(Path root) throws IOException {
      return Optional.of(Files.getOwner(root, LinkOption.NOFOLLOW_LINKS));
    }
  }
}
