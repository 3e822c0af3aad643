package dev.harrier.database;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** PostgreSQL's programs, unpacked from the class path once per home and version. */
final class PostgresBinaries {
  /** The major version: data of another one cannot be opened. */
  static final String MAJOR = "18";

  private static final String VERSION = "18.6.0";
  private static final int EXECUTABLE = 0100;

  private PostgresBinaries() {}

  /** The folder with bin, lib and share; unpacked now if it is not there yet. */
  static Path unpackedIn(Path folder) throws IOException {
    var target = folder.resolve("programs-" + VERSION);
    if (Files.isDirectory(target)) {
      if (readableByAll(target)) {
        return target;
      }
      deleteTree(target);
    }
    var fresh = folder.resolve("programs.new");
    deleteTree(fresh);
    unpack(fresh);
    openFolders(fresh);
    Files.move(fresh, target);
    return target;
  }

  /** Not if a narrow umask was in force when they were unpacked; and root runs them as another. */
  private static boolean readableByAll(Path folder) throws IOException {
    return Files.getPosixFilePermissions(folder)
        .containsAll(PosixFilePermissions.fromString("---r-xr-x"));
  }

  private static void unpack(Path target) throws IOException {
    var machine = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    var name =
        switch (machine) {
          case "amd64", "x86_64" -> "postgres-linux-x86_64.txz";
          case "aarch64", "arm64" -> "postgres-linux-arm_64.txz";
          default -> "postgres-linux-%s.txz".formatted(machine);
        };
    try (var resource = PostgresBinaries.class.getResourceAsStream("/" + name)) {
      if (resource == null) {
        throw new IllegalStateException(
            "This build brings no PostgreSQL for Linux on %s along: use --database-url with one of your own."
                .formatted(machine));
      }
      try (var archive =
          new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(resource)))) {
        for (var entry = archive.getNextEntry(); entry != null; entry = archive.getNextEntry()) {
          var path = target.resolve(entry.getName()).normalize();
          if (!path.startsWith(target)) {
            throw new IOException("the archive of PostgreSQL holds a path outside: " + path);
          }
          if (entry.isDirectory()) {
            Files.createDirectories(path);
          } else if (entry.isSymbolicLink()) {
            Files.createDirectories(path.getParent());
            Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
          } else {
            Files.createDirectories(path.getParent());
            Files.copy(archive, path);
            var executable = (entry.getMode() & EXECUTABLE) != 0;
            Files.setPosixFilePermissions(
                path, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
          }
        }
      }
    }
  }

  /** For all to enter, whatever this process' umask is. */
  private static void openFolders(Path root) throws IOException {
    try (var all = Files.walk(root)) {
      for (var folder : all.filter(one -> Files.isDirectory(one, NOFOLLOW_LINKS)).toList()) {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
      }
    }
  }

  static void deleteTree(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(
              Path directory, @org.jspecify.annotations.Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
