package dev.harrier.runtime.process;

import com.google.gson.JsonObject;
import dev.harrier.runtime.process.folder.Folders;
import dev.harrier.runtime.process.folder.Names;
import dev.harrier.runtime.process.folder.TaskUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where secrets lie between the server and the keeper of an attempt: a private folder in memory,
 * never on a disk. The keeper takes the file away when it has read it; where it has no walls to
 * mount a memory of the attempt's own behind, it puts the attempt's files beside it until the end.
 */
final class SecretMemory {
  private static final Logger LOG = LoggerFactory.getLogger(SecretMemory.class);
  private static final Path SHARED_MEMORY = Path.of("/dev/shm");
  private static final String IN_MEMORY = "tmpfs";

  private final Path folder;
  private final TaskUser user;

  private SecretMemory(Path folder, TaskUser user) {
    this.folder = folder;
    this.user = user;
  }

  /**
   * Makes the folder, or takes the one that an earlier server of this home made.
   *
   * @param process the runtime's own folder, in which secrets lie where the machine has no memory
   *     for them
   * @param user to whom keepers belong
   */
  static SecretMemory open(Path process, TaskUser user) throws IOException {
    if (!Files.isWritable(SHARED_MEMORY)
        || !Files.getFileStore(SHARED_MEMORY).type().equals(IN_MEMORY)) {
      LOG.warn(
          "{} is no memory that this server can write: secrets of tasks lie in {}, on a disk, until"
              + " their keepers have read them.",
          SHARED_MEMORY,
          process);
      return new SecretMemory(user.folder(process.resolve("secrets")), user);
    }
    var folder = SHARED_MEMORY.resolve("harrier-" + Names.digest(process.toString()));
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectory(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    // Anybody may make a folder of that name before us.
    var mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(folder));
    var owner = Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS);
    var ours =
        owner.equals(Files.getOwner(process))
            || (user.owner().isPresent() && user.owner().get().owns(folder));
    if (!mode.equals("rwx------") || !ours) {
      throw new IOException(
          "%s: expected a folder of this server's alone, found one of %s with mode %s; remove it"
              .formatted(folder, owner, mode));
    }
    user.give(folder);
    return new SecretMemory(folder, user);
  }

  /** In a folder that is there. */
  static SecretMemory of(Path folder) {
    return new SecretMemory(folder, TaskUser.SERVER);
  }

  /** The folder. */
  Path folder() {
    return folder;
  }

  /** What the keeper of an attempt reads. */
  Path file(String name) {
    return folder.resolve(name);
  }

  /** Where an attempt's files lie that has no memory of its own. */
  Path files(String name) {
    return folder.resolve(name + ".files");
  }

  /** Leaves an attempt's secrets for its keeper. */
  void leave(String name, AttemptSecrets.Found found) throws IOException {
    var text = new JsonObject();
    text.add("environment", map(found.environment()));
    text.add("files", map(found.files()));
    text.add("path_variables", map(found.pathVariables()));
    user.replace(folder, file(name), text.toString());
  }

  /** Removes what is left of an attempt's secrets. */
  void forget(String name) throws IOException {
    Folders.delete(file(name));
    Folders.delete(files(name));
  }

  /** Removes the secrets of attempts that nobody knows any more. */
  void sweep(Path attempts) throws IOException {
    List<Path> all;
    try (var files = Files.list(folder)) {
      all = files.toList();
    }
    for (var file : all) {
      var name = String.valueOf(file.getFileName()).replaceFirst("\\.(files|draft)$", "");
      if (!Files.exists(attempts.resolve(name))) {
        forget(name);
      }
    }
  }

  private static JsonObject map(Map<String, String> map) {
    var json = new JsonObject();
    map.forEach(json::addProperty);
    return json;
  }
}
