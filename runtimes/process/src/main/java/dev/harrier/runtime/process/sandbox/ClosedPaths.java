package dev.harrier.runtime.process.sandbox;

import dev.harrier.spi.machine.MachineUser;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * What of the system tasks must not read although their number is the server's: to the owner of a
 * file its mode says nothing about others. To root's tasks that is what an ordinary user could not
 * read (keys, logs, other services' data); to those of an ordinary server what is its user's own,
 * such as the home of another role, and files of secrets beside it.
 *
 * <p>Found once: what is made later under the same folders is not among it, and so the folders in
 * which such files come and go are closed as a whole.
 *
 * @param folders that others may not list or enter; what is in them is not named again
 * @param files that others may not read
 * @param left how many more there are than can be hidden one by one
 */
record ClosedPaths(List<Path> folders, List<Path> files, int left) {
  static final ClosedPaths NONE = new ClosedPaths(List.of(), List.of(), 0);

  private static final List<Path> CHANGING =
      List.of(Path.of("/var/log"), Path.of("/var/spool"), Path.of("/var/backups"));

  /**
   * How deep a tree is looked through: where services keep their own, and not all that is there.
   */
  static final Map<Path, Integer> TREES =
      Map.of(
          Path.of("/etc"), 8,
          Path.of("/var"), 4,
          Path.of("/boot"), 2,
          Path.of("/opt"), 3,
          Path.of("/srv"), 3,
          Path.of("/mnt"), 2,
          Path.of("/media"), 2,
          Path.of("/usr/local/etc"), 4);

  // Each costs a mount in every sandbox.
  private static final int PATHS_MAX = 500;

  ClosedPaths {
    folders = List.copyOf(folders);
    files = List.copyOf(files);
  }

  /** What must be hidden from the tasks of this process' user, as it may read it. */
  static ClosedPaths toThisUser() throws IOException {
    var user = MachineUser.owner(Path.of("/proc/self"));
    // What is others' and closed an ordinary user cannot read in any case, or as a group was meant
    // to.
    return user == 0 ? find(CHANGING, owner -> true) : find(List.of(), owner -> owner == user);
  }

  private static ClosedPaths find(List<Path> changing, IntPredicate owners) throws IOException {
    var folders = new ArrayList<>(changing.stream().filter(Files::isDirectory).toList());
    var files = new ArrayList<Path>();
    for (var tree : TREES.entrySet()) {
      if (Files.isDirectory(tree.getKey()) && !Files.isSymbolicLink(tree.getKey())) {
        var found = below(tree.getKey(), tree.getValue(), owners);
        folders.addAll(found.folders);
        files.addAll(found.files);
      }
    }
    files.removeIf(file -> changing.stream().anyMatch(file::startsWith));
    folders.removeIf(
        folder -> changing.stream().anyMatch(one -> folder.startsWith(one) && !folder.equals(one)));
    var room = Math.max(0, PATHS_MAX - folders.size());
    var hidden = files.subList(0, Math.min(files.size(), room));
    return new ClosedPaths(folders, hidden, files.size() - hidden.size());
  }

  /**
   * What is closed in one tree, itself included.
   *
   * @param owners whose files and folders count
   */
  static ClosedPaths below(Path top, int depth, IntPredicate owners) throws IOException {
    var found = new Look(owners);
    Files.walkFileTree(top, EnumSet.noneOf(FileVisitOption.class), depth, found);
    return new ClosedPaths(found.folders, found.files, 0);
  }

  private static final class Look extends SimpleFileVisitor<Path> {
    private final IntPredicate owners;
    private final List<Path> folders = new ArrayList<>();
    private final List<Path> files = new ArrayList<>();

    Look(IntPredicate owners) {
      this.owners = owners;
    }

    private boolean closed(Path path, BasicFileAttributes known) throws IOException {
      if (known.isSymbolicLink() || !owners.test(MachineUser.owner(path))) {
        return false;
      }
      Set<PosixFilePermission> modes =
          Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
              .permissions();
      return !modes.contains(PosixFilePermission.OTHERS_READ)
          || (known.isDirectory() && !modes.contains(PosixFilePermission.OTHERS_EXECUTE));
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes known)
        throws IOException {
      if (!closed(folder, known)) {
        return FileVisitResult.CONTINUE;
      }
      folders.add(folder);
      return FileVisitResult.SKIP_SUBTREE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes known) throws IOException {
      // A folder at the greatest depth comes here, too.
      if (known.isDirectory()) {
        preVisitDirectory(file, known);
      } else if (closed(file, known)) {
        files.add(file);
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException gone) {
      // Deleted while we looked.
      return FileVisitResult.CONTINUE;
    }
  }
}
