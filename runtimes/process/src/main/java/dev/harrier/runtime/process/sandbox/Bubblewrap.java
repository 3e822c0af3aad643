package dev.harrier.runtime.process.sandbox;

import dev.harrier.runtime.process.network.OwnNetwork;
import dev.harrier.spi.machine.MachineUser;
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
public final class Bubblewrap {
  // A socket under /run can be connected to although its file system is read-only: Docker's, say.
  private static final List<String> HIDDEN_FOLDERS =
      List.of("/tmp", "/var/tmp", "/run", "/home", "/root");
  private static final List<String> KERNEL_SWITCHES = List.of("/proc/sys", "/proc/sysrq-trigger");
  // It is memory that no process is charged for.
  private static final String SHARED_MEMORY_BYTES_MAX = String.valueOf(256L << 20);
  private static final Path TEMPORARY = Path.of("/tmp");
  private static final Path SHARED_MEMORY = Path.of("/dev/shm");
  private static final Path NAME_SERVICE = Path.of("/etc/resolv.conf");
  private static final Path HOSTS = Path.of("/etc/hosts");

  /** What is below it is for parents alone. */
  public static final Path TUNNEL_FOLDER = Path.of("/dev/net");

  private final Path program;
  private final List<Path> hidden;
  private final ClosedPaths closed;
  private final Optional<MachineUser> user;

  private Bubblewrap(
      Path program, List<Path> hidden, ClosedPaths closed, Optional<MachineUser> user) {
    this.program = program;
    this.hidden = List.copyOf(hidden);
    this.closed = closed;
    this.user = user;
  }

  /**
   * Bubblewrap on this machine's PATH; empty if it is not installed.
   *
   * @param home of the server, which tasks do not see
   * @param hidden what else they do not see
   * @param user whom tasks run as, if that is not this process' user
   */
  public static Optional<Bubblewrap> find(Path home, List<Path> hidden, Optional<MachineUser> user)
      throws IOException {
    var program = program();
    if (program.isEmpty()) {
      return Optional.empty();
    }
    // To another user a file's mode says who may read it.
    var closed = user.isPresent() ? ClosedPaths.NONE : ClosedPaths.toThisUser();
    return Optional.of(new Bubblewrap(program.get(), all(home, hidden), closed, user));
  }

  private static List<Path> all(Path home, List<Path> hidden) {
    return Stream.concat(Stream.of(home), hidden.stream()).toList();
  }

  /** Whether parents run as another user, and so in a view of their own in any case. */
  boolean changesUser() {
    return user.isPresent();
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

  /**
   * For a parent: its command follows.
   *
   * @param first whether it is pid 1 of a namespace of its own, so that all its attempts end with
   *     it
   * @param network that it is to make for its attempts
   */
  public List<String> forParent(
      Collection<Path> readable,
      Collection<Path> writable,
      boolean first,
      Optional<OwnNetwork> network) {
    var line = new ArrayList<String>();
    line.add(program.toString());
    if (user.isEmpty()) {
      line.add("--unshare-user");
    }
    if (first) {
      line.addAll(List.of("--unshare-pid", "--unshare-ipc", "--as-pid-1", "--new-session"));
    }
    view(line, readable, writable, network.map(OwnNetwork::files));
    network.ifPresent(own -> device(line, own.programs().device()));
    line.addAll(List.of("--remount-ro", "/dev"));
    // Not bubblewrap's own --proc: over its covers the kernel refuses every fresh one further in.
    line.addAll(List.of("--bind", "/proc", "/proc"));
    line.addAll(List.of("--chdir", "/", "--"));
    // Only now: root alone can show what is behind folders that it alone may enter.
    user.ifPresent(other -> line.addAll(other.command()));
    return List.copyOf(line);
  }

  /**
   * For one attempt: its command follows.
   *
   * @param network whether it keeps the network of its parent
   * @param seen in place of the machine's own files, if that is another network
   */
  public List<String> forAttempt(
      Collection<Path> readable,
      Collection<Path> writable,
      Path temporary,
      Path directory,
      boolean network,
      Optional<OwnNetwork.Files> seen) {
    var line = new ArrayList<String>();
    line.add(program.toString());
    line.addAll(List.of("--unshare-user", "--unshare-pid", "--unshare-ipc"));
    line.addAll(List.of("--die-with-parent", "--new-session", "--cap-drop", "ALL"));
    if (!network) {
      line.add("--unshare-net");
    }
    view(line, readable, writable, seen);
    line.addAll(List.of("--remount-ro", "/dev"));
    line.addAll(List.of("--bind", temporary.toString(), TEMPORARY.toString()));
    line.addAll(List.of("--size", SHARED_MEMORY_BYTES_MAX, "--tmpfs", SHARED_MEMORY.toString()));
    bind(line, "--ro-bind", readable.stream().filter(Bubblewrap::temporary).toList());
    bindMade(line, "--bind", writable.stream().filter(Bubblewrap::temporary).toList());
    line.addAll(List.of("--proc", "/proc"));
    // A server that runs as root has tasks to whom they would belong: bubblewrap leaves them be.
    for (var file : KERNEL_SWITCHES) {
      line.addAll(List.of("--ro-bind-try", file, file));
    }
    line.addAll(List.of("--chdir", directory.toString(), "--"));
    return List.copyOf(line);
  }

  private void view(
      List<String> line,
      Collection<Path> readable,
      Collection<Path> writable,
      Optional<OwnNetwork.Files> seen) {
    line.addAll(List.of("--ro-bind", "/", "/", "--dev", "/dev"));
    for (var folder : hiddenFolders()) {
      if (user.isPresent() && folder.equals(TEMPORARY)) {
        line.addAll(List.of("--perms", "1777"));
      }
      line.addAll(List.of("--tmpfs", folder.toString()));
    }
    for (var file : closed.files()) {
      // One that is gone since cannot be covered, and the whole sandbox would fail.
      if (Files.exists(file)) {
        line.addAll(List.of("--ro-bind", "/dev/null", file.toString()));
      }
    }
    names(line, seen);
    bind(line, "--ro-bind", readable);
    bindMade(line, "--bind", writable);
    // What is empty must stay so: attempts that share a parent would meet there.
    for (var folder : hiddenFolders()) {
      if (!folder.equals(TEMPORARY)) {
        line.addAll(List.of("--remount-ro", folder.toString()));
      }
    }
  }

  private static void device(List<String> line, Path device) {
    // Bubblewrap would make the folder for root alone.
    line.addAll(List.of("--perms", "0755", "--dir", TUNNEL_FOLDER.toString()));
    line.addAll(List.of("--dev-bind", device.toString(), TUNNEL_FOLDER.resolve("tun").toString()));
  }

  private static void names(List<String> line, Optional<OwnNetwork.Files> seen) {
    if (seen.isPresent()) {
      // By their real paths: bubblewrap does not follow a link to where it shows something else.
      real(HOSTS).ifPresent(file -> show(line, seen.get().hosts(), file));
      real(NAME_SERVICE).ifPresent(file -> show(line, seen.get().nameService(), file));
      return;
    }
    real(NAME_SERVICE)
        .filter(file -> file.startsWith("/run"))
        .ifPresent(file -> show(line, file, file));
  }

  private static void show(List<String> line, Path file, Path as) {
    line.addAll(List.of("--ro-bind", file.toString(), as.toString()));
  }

  private void bind(List<String> line, String how, Collection<Path> folders) {
    bindMade(line, how, folders.stream().filter(Files::exists).toList());
  }

  /** Folders that are there by then: an attempt's keeper makes them, as whom the task runs as. */
  private void bindMade(List<String> line, String how, Collection<Path> folders) {
    var hidden = hiddenFolders();
    for (var folder : byDepth(folders)) {
      var above = folder.getParent();
      // Bubblewrap makes what is missing on the way, but for root alone unless it is told to.
      if (user.isPresent() && above != null && hidden.stream().anyMatch(above::startsWith)) {
        line.addAll(List.of("--dir", above.toString()));
      }
      line.addAll(List.of(how, folder.toString(), folder.toString()));
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

  private static Optional<Path> real(Path file) {
    try {
      return Optional.of(file.toRealPath());
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
