package dev.harrier.runtime.process.python;

import dev.harrier.runtime.process.folder.Folders;
import dev.harrier.runtime.process.folder.Names;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.TreeMap;

/**
 * The parent's Python files, unpacked once per release into a folder named by their content.
 *
 * @param folder that holds them, readable by all
 * @param digest of their content
 */
public record Shim(Path folder, String digest) {
  private static final List<String> FILES =
      List.of(
          "harrier_keeper.py",
          "harrier_limits.py",
          "harrier_log.py",
          "harrier_mask.py",
          "harrier_memory.py",
          "harrier_network.py",
          "harrier_parent.py",
          "harrier_probe.py",
          "harrier_records.py",
          "harrier_secrets.py",
          "harrier_walls.py",
          "harrier_warm.py",
          "harrier_watch.py",
          "harrier_worker.py");

  /** What a worker parent runs. */
  public Path parent() {
    return folder.resolve("harrier_parent.py");
  }

  /** What tries namespaces out. */
  public Path probe() {
    return folder.resolve("harrier_probe.py");
  }

  /** What tries a network out. */
  public Path network() {
    return folder.resolve("harrier_network.py");
  }

  /** Unpacks into a folder below the given one, unless it is there already. */
  public static Shim unpack(Path below) throws IOException {
    var contents = new TreeMap<String, byte[]>();
    var all = new StringBuilder();
    for (var name : FILES) {
      try (var stream = Shim.class.getResourceAsStream(name)) {
        if (stream == null) {
          throw new IllegalStateException("resource " + name + ": expected in this jar");
        }
        var bytes = stream.readAllBytes();
        contents.put(name, bytes);
        all.append(name).append(new String(bytes, StandardCharsets.UTF_8));
      }
    }
    var digest = Names.digest(all.toString());
    var folder = below.resolve(digest);
    if (!Files.isDirectory(folder)) {
      // Unpacked beside it and moved whole: a crash in between leaves no half of it under its name.
      Files.createDirectories(below);
      var draft = Files.createTempDirectory(below, "draft");
      for (var entry : contents.entrySet()) {
        var file = Files.write(draft.resolve(entry.getKey()), entry.getValue());
        // No secrets, and parents may be another user's.
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
      }
      Files.setPosixFilePermissions(draft, PosixFilePermissions.fromString("rwxr-xr-x"));
      try {
        Files.move(draft, folder, StandardCopyOption.ATOMIC_MOVE);
      } catch (FileAlreadyExistsException there) {
        Folders.delete(draft);
      }
    }
    return new Shim(folder, digest);
  }
}
