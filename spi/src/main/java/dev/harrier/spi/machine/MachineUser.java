package dev.harrier.spi.machine;

import static java.util.Objects.requireNonNull;

import dev.harrier.spi.Rejection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A user of this machine by number: root, or one without any power over others. Only root can start
 * programs as another, and give files away.
 *
 * @param uid 0 to {@link #NUMBER_MAX}; no account needs to have it
 * @param gid of its only group, likewise
 */
public record MachineUser(int uid, int gid) {
  public static final MachineUser ROOT = new MachineUser(0, 0);

  /** Below 65534, which stands for users that a name space does not know. */
  public static final int NUMBER_MAX = 65_533;

  private static final Duration LOOK_UP_LIMIT = Duration.ofSeconds(20);
  private static final String UID = "unix:uid";
  private static final String NUMBER = "\\d{1,5}";
  private static final int ACCOUNT_FIELDS = 7;

  /** Has a line of its numbers: real, effective, saved, of the file system. */
  private static final Path THIS_PROCESS = Path.of("/proc/self/status");

  private static final Pattern EFFECTIVE = Pattern.compile("Uid:\\s+\\d+\\s+(\\d+)\\s.*");

  /** What Java calls a user whose number no account has. */
  private static final String NAMELESS = "?";

  public MachineUser {
    if (uid < 0 || uid > NUMBER_MAX || gid < 0 || gid > NUMBER_MAX) {
      throw Rejection.invalid(
          "user of the machine: expected numbers of 0 to %s, found %s and its group %s",
          NUMBER_MAX, uid, gid);
    }
  }

  /**
   * Whether this process may become others: by its number, for a container may know no name for it.
   */
  public static boolean thisIsRoot() {
    return thisNumber() == 0;
  }

  /** The number of this process' user, as whom it acts. */
  public static int thisNumber() {
    try (var lines = Files.lines(THIS_PROCESS)) {
      return lines
          .map(EFFECTIVE::matcher)
          .filter(Matcher::matches)
          .map(line -> (int) Long.parseLong(line.group(1)))
          .findFirst()
          .orElseThrow(() -> new IOException("it has no line of its numbers"));
    } catch (IOException failure) {
      throw new UncheckedIOException(
          "%s does not tell which user this process is: %s"
              .formatted(THIS_PROCESS, failure.getMessage()),
          failure);
    }
  }

  /** The name of this process' user; empty if no account has its number, as in many containers. */
  public static Optional<String> thisName() {
    return Optional.ofNullable(System.getProperty("user.name"))
        .filter(name -> !name.isEmpty() && !name.equals(NAMELESS));
  }

  /**
   * The user that a setting names.
   *
   * @param setting for messages
   * @param text a number, whose group has the same one unless an account says otherwise; or the
   *     name of an account
   * @throws dev.harrier.spi.RejectedException if there is no such account, it is root's, or this
   *     process is not root and could not become it
   */
  public static MachineUser named(String setting, String text) {
    if (!thisIsRoot()) {
      throw Rejection.failedPrecondition(
          "%s: only a server that runs as root can become the user '%s'; leave it out",
          setting, text);
    }
    return account(setting, text, databaseOfAccounts(text));
  }

  /**
   * The user of an account.
   *
   * @param line of the database of accounts; empty if none has this name or number
   */
  static MachineUser account(String setting, String text, String line) {
    var fields = line.strip().split(":", -1);
    if (fields.length != ACCOUNT_FIELDS && !text.matches(NUMBER)) {
      throw Rejection.invalid(
          "%s: expected a number or the name of an account, found '%s'", setting, text);
    }
    var uid = fields.length == ACCOUNT_FIELDS ? fields[2] : text;
    var gid = fields.length == ACCOUNT_FIELDS ? fields[3] : text;
    if (!uid.matches(NUMBER) || !gid.matches(NUMBER)) {
      throw Rejection.invalid(
          "%s: expected a user and a group of numbers up to %s, found %s and %s of '%s'",
          setting, NUMBER_MAX, uid, gid, text);
    }
    var user = new MachineUser(Integer.parseInt(uid), Integer.parseInt(gid));
    // Root's group reads what root shares with its group alone.
    if (user.uid == 0 || user.gid == 0) {
      throw Rejection.invalid(
          "%s: expected a user without root's powers and not in root's group, found '%s' with the numbers %s and %s",
          setting, text, uid, gid);
    }
    return user;
  }

  private static String databaseOfAccounts(String key) {
    try {
      var ended = ShortProgram.of(List.of("getent", "--", "passwd", key), LOOK_UP_LIMIT).run();
      // What the loader or a name service complains of stands beside it.
      return ended
          .output()
          .lines()
          .filter(line -> ended.succeeded() && line.split(":", -1).length == ACCOUNT_FIELDS)
          .findFirst()
          .orElse("");
    } catch (ShortProgram.NotDoneException late) {
      throw Rejection.failedPrecondition(
          "the machine's accounts: expected an answer about '%s', found none: %s",
          key, String.valueOf(late.getMessage()));
    } catch (IOException none) {
      // A machine without getent: numbers are understood all the same.
      return "";
    }
  }

  /** The start of a command line: what follows runs as this user, with no power over others. */
  public List<String> command() {
    return List.of(
        "setpriv",
        "--reuid=" + uid,
        "--regid=" + gid,
        "--clear-groups",
        "--bounding-set=-all",
        "--inh-caps=-all",
        "--no-new-privs");
  }

  /** Whether a file is this user's; a link's target does not count. */
  public boolean owns(Path path) throws IOException {
    return owner(path) == uid;
  }

  /** The number of a file's owner; of a link, its own. */
  public static int owner(Path path) throws IOException {
    return (int) Files.getAttribute(path, UID, LinkOption.NOFOLLOW_LINKS);
  }

  /** This user as files know their owners. */
  public UserPrincipal principal() throws IOException {
    // By number: the look-up takes one where no account has such a name.
    return FileSystems.getDefault()
        .getUserPrincipalLookupService()
        .lookupPrincipalByName(Integer.toString(uid));
  }

  /** Makes this user the owner of one file, folder or link. */
  public void take(Path path) throws IOException {
    Files.setAttribute(path, UID, uid, LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * Makes this user the owner of a folder with the folders and files in it, following no link
   * whoever changes them meanwhile. Links, pipes and sockets keep theirs: they cannot be opened,
   * and nothing depends on it. The folder itself comes last, so that one which was interrupted goes
   * on the next time, and one that is done costs one look.
   *
   * @param kept folders in it that keep their owner, with all that is in them
   * @return how many changed hands
   */
  public long takeAll(Path top, Predicate<Path> kept) throws IOException {
    if (owns(top)) {
      return 0;
    }
    var place = top.toAbsolutePath();
    try (var folder = HeldFolder.open(requireNonNull(place.getParent(), "parent"), place)) {
      return folder.giveAll(this, one -> kept.test(top.resolve(place.relativize(one))));
    }
  }
}
