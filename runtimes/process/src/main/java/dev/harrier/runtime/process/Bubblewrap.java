package dev.harrier.runtime.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Command lines of bubblewrap: the system read-only, home folders, sockets and temporary files of
 * others hidden, and only what is named visible among those.
 */
final class Bubblewrap {
  // A socket under /run can be connected to although its file system is read-only: Docker's, say.
  private static final List<String> HIDDEN_FOLDERS =
      List.of("/tmp", "/var/tmp", "/run", "/home", "/root");
  private static final List<String> KERNEL_SWITCHES = List.of("/proc/sys", "/proc/sysrq-trigger");
  // It is memory that no process is charged for.
  private static final String SHARED_MEMORY_BYTES_MAX = String.valueOf(256L << 20);
  private static final Path TEMPORARY = Path.of("/tmp");
  private static final Path SHARED_MEMORY = Path.of("/dev/shm");
  private static final Path NAME_SERVICE = Path.of("/etc/resolv.conf");

  private final Path program;
  private final List<Path> hidden;
  private final ClosedPaths closed;

  Bubblewrap(Path program, List<Path> hidden, ClosedPaths closed) {
    this.program = program;
    this.hidden = List.copyOf(hidden);
    this.closed = closed;
  }

  /**
   * Bubblewrap on this machine's PATH; empty if it is not installed.
   *
   * @param home of the server, which tasks do not see
   * @param hidden what else they do not see
   */
  static Optional<Bubblewrap> find(Path home, List<Path> hidden) throws IOException {
    var program = program();
    return program.isEmpty()
        ? Optional.empty()
        : Optional.of(new Bubblewrap(program.get(), all(home, hidden), ClosedPaths.toThisUser()));
  }

  private static List<Path> all(Path home, List<Path> hidden) {
    return Stream.concat(Stream.of(home), hidden.stream()).toList();
  }

  /** How many files stay visible although others than this user may not read them. */
  int leftOpen() {
    return closed.left();
  }

  private static Optional<Path> program() {
    return Stream.of(String.valueOf(System.getenv("PATH")).split(":", -1))
        .map(folder -> Path.of(folder, "bwrap"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** For a parent: its command follows. It is pid 1, so that all its attempts end with it. */
  List<String> forParent(Collection<Path> readable, Collection<Path> writable) {
    var line = new ArrayList<String>();
    line.add(program.toString());
    line.addAll(List.of("--unshare-user", "--unshare-pid", "--unshare-ipc"));
    line.addAll(List.of("--as-pid-1", "--new-session"));
    view(line, readable, writable);
    // Not bubblewrap's own --proc: over its covers the kernel refuses every fresh one further in.
    line.addAll(List.of("--bind", "/proc", "/proc"));
    line.addAll(List.of("--chdir", "/", "--"));
    return List.copyOf(line);
  }

  /**
   * For one attempt: its command follows.
   *
   * @param network whether it reaches what the machine reaches
   */
  List<String> forAttempt(
      Collection<Path> readable,
      Collection<Path> writable,
      Path temporary,
      Path directory,
      boolean network) {
    var line = new ArrayList<String>();
    line.add(program.toString());
    line.addAll(List.of("--unshare-user", "--unshare-pid", "--unshare-ipc"));
    line.addAll(List.of("--die-with-parent", "--new-session", "--cap-drop", "ALL"));
    if (!network) {
      line.add("--unshare-net");
    }
    view(line, readable, writable);
    line.addAll(List.of("--bind", temporary.toString(), TEMPORARY.toString()));
    line.addAll(List.of("--size", SHARED_MEMORY_BYTES_MAX, "--tmpfs", SHARED_MEMORY.toString()));
    bind(line, "--ro-bind", readable.stream().filter(Bubblewrap::temporary).toList());
    bind(line, "--bind", writable.stream().filter(Bubblewrap::temporary).toList());
    line.addAll(List.of("--proc", "/proc"));
    // A server that runs as root has tasks to whom they would belong: bubblewrap leaves them be.
    for (var file : KERNEL_SWITCHES) {
      line.addAll(List.of("--ro-bind-try", file, file));
    }
    line.addAll(List.of("--chdir", directory.toString(), "--"));
    return List.copyOf(line);
  }

  private void view(List<String> line, Collection<Path> readable, Collection<Path> writable) {
    line.addAll(List.of("--ro-bind", "/", "/", "--dev", "/dev"));
    for (var folder : hiddenFolders()) {
      line.addAll(List.of("--tmpfs", folder.toString()));
    }
    for (var file : closed.files()) {
      // One that is gone since cannot be covered, and the whole sandbox would fail.
      if (Files.exists(file)) {
        line.addAll(List.of("--ro-bind", "/dev/null", file.toString()));
      }
    }
    nameService()
        .ifPresent(file -> line.addAll(List.of("--ro-bind", file.toString(), file.toString())));
    bind(line, "--ro-bind", readable);
    bind(line, "--bind", writable);
    // What is empty must stay so: attempts that share a parent would meet there.
    for (var folder : hiddenFolders()) {
      if (!folder.equals(TEMPORARY)) {
        line.addAll(List.of("--remount-ro", folder.toString()));
      }
    }
    line.addAll(List.of("--remount-ro", "/dev"));
  }

  private static void bind(List<String> line, String how, Collection<Path> folders) {
    for (var folder : byDepth(folders)) {
      if (Files.exists(folder)) {
        line.addAll(List.of(how, folder.toString(), folder.toString()));
      }
    }
  }

  private Set<Path> hiddenFolders() {
    var folders = new ArrayList<Path>();
    HIDDEN_FOLDERS.forEach(folder -> folders.add(Path.of(folder)));
    folders.add(Path.of(System.getProperty("user.home", "/root")));
    folders.addAll(hidden);
    folders.addAll(closed.folders());
    var existing = new LinkedHashSet<Path>();
    for (var folder : byDepth(folders)) {
      if (folder.getNameCount() > 0 && Files.isDirectory(folder) && !Files.isSymbolicLink(folder)) {
        existing.add(folder);
      }
    }
    return existing;
  }

  private static boolean temporary(Path folder) {
    return folder.startsWith(TEMPORARY) || folder.startsWith(SHARED_MEMORY);
  }

  private static Optional<Path> nameService() {
    try {
      var real = NAME_SERVICE.toRealPath();
      return real.startsWith("/run") ? Optional.of(real) : Optional.empty();
    } catch (IOException none) {
      // A machine without one needs none.
      return Optional.empty();
    }
  }

  private static List<Path> byDepth(Collection<Path> folders) {
    return folders.stream()
        .distinct()
        .sorted(Comparator.comparingInt(Path::getNameCount).thenComparing(Path::toString))
        .toList();
  }
}
