package dev.harrier.database;

import static java.util.Objects.requireNonNull;

import dev.harrier.spi.machine.MachineUser;
import dev.harrier.spi.machine.ShortProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whom PostgreSQL's programs run as, and who owns their files. They refuse to be root, and should
 * not have root's number either.
 *
 * @param command the start of their command lines
 * @param owner of their files where this process is root; empty where all is this user's
 */
record Account(List<String> command, Optional<MachineUser> owner) {
  private static final Logger LOG = LoggerFactory.getLogger(Account.class);
  private static final Duration TRIAL_LIMIT = Duration.ofSeconds(30);
  private static final String ANY_ACCOUNT = "nobody";

  /**
   * Root's folders let nobody else pass on the way to PostgreSQL's. So its programs get a view of
   * their own, in which the outermost of those is another one, empty but for what they need. Opened
   * before it is covered, a folder is still there by its descriptor. And initdb asks for the name
   * of its user, who may have no account.
   */
  private static final String VIEW =
      """
      data=$1 programs=$2 accounts=$3
      shift 3
      mount --bind "$accounts" /etc/passwd
      exec 3<"$data" 4<"$programs"
      while [ "$1" != -- ]; do
        mount -t tmpfs -o mode=755,size=1m tmpfs "$1"
        shift
      done
      shift
      if ! [ -d "$data" ]; then
        mkdir -p "$data"
        mount --no-canonicalize --bind /proc/self/fd/3 "$data"
      fi
      if ! [ -d "$programs" ]; then
        mkdir -p "$programs"
        mount --no-canonicalize --bind /proc/self/fd/4 "$programs"
      fi
      exec 3<&- 4<&-
      cd /
      exec "$@"
      """;

  Account {
    command = List.copyOf(command);
    requireNonNull(owner, "owner");
  }

  /**
   * Finds out by a trial what this machine allows.
   *
   * @param folder of the data and all that goes with them
   * @param programs that all may read
   * @param wanted where this process is root
   */
  static Account of(Path folder, Path programs, MachineUser wanted) throws IOException {
    if (!MachineUser.thisIsRoot()) {
      return new Account(List.of(), Optional.empty());
    }
    var command = new ArrayList<String>();
    command.addAll(
        List.of("unshare", "--mount", "--propagation", "private", "--", "sh", "-euc", VIEW));
    command.addAll(
        List.of("sh", folder.toString(), programs.toString(), accounts(folder, wanted).toString()));
    closed(folder, programs).forEach(one -> command.add(one.toString()));
    command.add("--");
    command.addAll(wanted.command());
    var refusal = trial(command, programs.resolve("bin/postgres"));
    if (refusal.isEmpty()) {
      return new Account(command, Optional.of(wanted));
    }
    LOG.warn(
        "embedded PostgreSQL: runs with root's number, in a user namespace without root's powers,"
            + " since it cannot run as the user {} here: {}",
        wanted.uid(),
        refusal.get());
    return new Account(List.of("unshare", "--user"), Optional.of(MachineUser.ROOT));
  }

  private static Path accounts(Path folder, MachineUser user) throws IOException {
    var file = folder.resolve("passwd");
    // Made anew: in a folder of another user's there may be a link in its place.
    Files.deleteIfExists(file);
    return Files.writeString(
        file,
        "root:x:0:0::/:/bin/false\nharrier:x:%d:%d::/:/bin/false\n"
            .formatted(user.uid(), user.gid()),
        StandardOpenOption.CREATE_NEW,
        StandardOpenOption.WRITE);
  }

  /** The outermost folders on the way that let nobody pass but their owner. */
  private static Set<Path> closed(Path folder, Path programs) throws IOException {
    var closed = new LinkedHashSet<Path>();
    for (var wanted : List.of(folder, programs)) {
      var way = wanted.getRoot();
      for (var name : Optional.ofNullable(wanted.getParent()).orElse(wanted)) {
        way = way.resolve(name);
        // That of the data lets its owner pass, who is to be the one that runs the programs.
        if (way.equals(folder)) {
          break;
        }
        if (!Files.getPosixFilePermissions(way).contains(PosixFilePermission.OTHERS_EXECUTE)) {
          closed.add(way);
          break;
        }
      }
    }
    return closed;
  }

  private static Optional<String> trial(List<String> start, Path program) throws IOException {
    var line = new ArrayList<>(start);
    line.addAll(List.of("test", "-x", program.toString()));
    var ended = ShortProgram.of(line, TRIAL_LIMIT).run();
    if (ended.succeeded()) {
      return Optional.empty();
    }
    return Optional.of(ended.output().isEmpty() ? "it cannot reach " + program : ended.output());
  }

  /** Whether a folder is this user's, or may become it: root's own may. */
  boolean mayOwn(Path folder) throws IOException {
    var found = MachineUser.owner(folder);
    return owner.isPresent()
        ? found == 0 || found == owner.get().uid()
        : found == MachineUser.thisNumber();
  }

  /** The number of whoever is to own the files. */
  int number() {
    return owner.map(MachineUser::uid).orElseGet(MachineUser::thisNumber);
  }

  /**
   * The start of the command line of a program that asks for its user's name. A number without an
   * account gets one in a user namespace, where it goes by an account that every system has; what
   * it writes is its own all the same.
   */
  List<String> named() {
    return owner.isEmpty() && MachineUser.thisName().isEmpty()
        ? List.of("unshare", "--user", "--map-user=" + ANY_ACCOUNT, "--")
        : command;
  }

  /** What to do where a name was needed and could not be had; empty if there is one. */
  Optional<String> withoutName() {
    return owner.isEmpty() && MachineUser.thisName().isEmpty()
        ? Optional.of(
            "The user %s of this process has no entry in /etc/passwd, which PostgreSQL's initdb wants at the first start, and a user namespace could not stand in for one. Give it an entry, allow user namespaces, or name a PostgreSQL by database.url."
                .formatted(MachineUser.thisNumber()))
        : Optional.empty();
  }

  /** Gives one folder to whoever runs the programs. */
  void give(Path folder) throws IOException {
    if (owner.isPresent()) {
      owner.get().take(folder);
    }
  }

  /** Whether all below a folder has been given. */
  boolean has(Path folder) throws IOException {
    return owner.isEmpty() || owner.get().owns(folder);
  }

  /** Gives all below a folder but the programs, which nobody is to change. */
  void giveAll(Path folder, Path programs) throws IOException {
    if (owner.isPresent()) {
      var count = owner.get().takeAll(folder, programs::equals);
      LOG.info("embedded PostgreSQL: {} files now belong to user {}", count, owner.get().uid());
    }
  }
}
