package dev.harrier.spi.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/**
 * Who may do what with a file or folder, besides its owner.
 *
 * @param permissions as the file system has them
 */
public record FileMode(Set<PosixFilePermission> permissions) {
  private static final Set<PosixFilePermission> OWNER =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> CHANGED_BY_OTHERS =
      PosixFilePermissions.fromString("----w--w-");

  public FileMode {
    permissions = Set.copyOf(permissions);
  }

  /** The one of a file or folder that is there. */
  public static FileMode of(Path path) throws IOException {
    return new FileMode(Files.getPosixFilePermissions(path));
  }

  /** Whether nobody else may do anything. */
  public boolean privateToOwner() {
    return others().isEmpty();
  }

  /** Whether at most its group may read it, and nobody else do anything. */
  public boolean readByGroupAtMost() {
    var more = others();
    more.remove(PosixFilePermission.GROUP_READ);
    return more.isEmpty();
  }

  /** Whether somebody else may change it. */
  public boolean changedByOthers() {
    return permissions.stream().anyMatch(CHANGED_BY_OTHERS::contains);
  }

  private Set<PosixFilePermission> others() {
    var others = EnumSet.noneOf(PosixFilePermission.class);
    others.addAll(permissions);
    others.removeAll(OWNER);
    return others;
  }

  /** As {@code ls} writes it, e.g. {@code rw-r-----}. */
  @Override
  public String toString() {
    return PosixFilePermissions.toString(permissions);
  }
}
