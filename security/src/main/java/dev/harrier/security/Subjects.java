package dev.harrier.security;

import dev.harrier.spi.ExecutionId;
import java.util.Optional;

/** The names that this program gives to callers in the tokens that it makes. */
public final class Subjects {
  private static final String CLIENT = "sa:";
  private static final String USER = "user:";
  private static final String TASK = "task:";
  private static final String ENGINE = "engine:";

  private Subjects() {}

  /** A program with credentials of its own. */
  public static String client(String clientId) {
    return CLIENT + clientId;
  }

  /** The id of a client's subject; empty if the subject is no client's. */
  public static Optional<String> clientId(String subject) {
    return subject.startsWith(CLIENT)
        ? Optional.of(subject.substring(CLIENT.length()))
        : Optional.empty();
  }

  /** A person with a name and password of this installation. */
  public static String user(String name) {
    return USER + name;
  }

  /** The name of a local user's subject; empty if the subject is no local user's. */
  public static Optional<String> userName(String subject) {
    // A local name has no bar; what an outside issuer vouches for has one.
    return subject.startsWith(USER) && subject.indexOf('|') < 0
        ? Optional.of(subject.substring(USER.length()))
        : Optional.empty();
  }

  /** The principal of somebody whom an outside issuer vouches for. */
  public static String outside(String issuer, String subject) {
    return USER + issuer + "|" + subject;
  }

  /** Whether a subject has the form of those that this program gives to its own callers. */
  public static boolean ofThisInstallation(String subject) {
    return subject.startsWith(CLIENT)
        || subject.startsWith(USER)
        || subject.startsWith(TASK)
        || subject.startsWith(ENGINE);
  }

  /** An attempt of a task, which acts in its execution's project and domain. */
  public static String task(ExecutionId execution) {
    return TASK + execution.project() + "/" + execution.domain() + "/" + execution.name();
  }

  /** The execution of a task's subject; empty if the subject is no task's. */
  public static Optional<ExecutionId> task(String subject) {
    if (!subject.startsWith(TASK)) {
      return Optional.empty();
    }
    var parts = subject.substring(TASK.length()).split("/", -1);
    // Neither project nor domain nor execution may hold a slash, so other counts are forgeries.
    if (parts.length != 3 || parts[0].isEmpty() || parts[1].isEmpty() || parts[2].isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(new ExecutionId(parts[0], parts[1], parts[2]));
  }
}
