package dev.harrier.runtime.process.folder;

import static java.util.Objects.requireNonNull;

import dev.harrier.spi.machine.MachineUser;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Whom tasks run as, and who owns the files that they and their parents read or write.
 *
 * @param owner of those files; empty where the server is an ordinary user, whose all is
 * @param refusal why tasks cannot run as another user although the server runs as root; empty if
 *     they do, or need not
 */
public record TaskUser(Optional<MachineUser> owner, Optional<String> refusal) {
  /** Whom they run as where the server is root: a number that no system gives to accounts. */
  public static final MachineUser DEFAULT = new MachineUser(65_521, 65_521);

  /** The server's own. */
  public static final TaskUser SERVER = new TaskUser(Optional.empty(), Optional.empty());

  public TaskUser {
    requireNonNull(owner, "owner");
    requireNonNull(refusal, "refusal");
  }

  /** Whom tasks run as, if that is not the server's user. */
  public Optional<MachineUser> other() {
    return owner.filter(user -> user.uid() != 0);
  }

  /** Gives one file or folder to whom it is for. */
  public void give(Path path) throws IOException {
    if (owner.isPresent()) {
      owner.get().take(path);
    }
  }

  /** Makes a folder in a trusted one that its owner and root alone may enter, or makes it so. */
  public Path folder(Path folder) throws IOException {
    return folder(requireNonNull(folder.getParent(), "a folder above"), folder);
  }

  /** The same further below a trusted one. */
  public Path folder(Path trusted, Path folder) throws IOException {
    return Folders.createPrivate(trusted, folder, owner);
  }

  /** Writes a file below a trusted folder that its owner and root alone may read, or nothing. */
  public void replace(Path trusted, Path file, String text) throws IOException {
    Folders.replace(trusted, file, text, owner);
  }
}
