package dev.harrier.security;

import dev.harrier.spi.ExecutionId;
import java.util.Optional;

/** The names that this program gives to callers in the tokens that it makes. */
public final class Subjects {
  private static final String CLIENT = "sa:";
  private static final String USER = "user:";
  private static final String TASK = "task:";

  private Subjects() {}

  /** A program with credentials of its own. */
  public static String client(String clientId) {
    return CLIENT + clientId;
  }

  /** A person with a name and password of this installation. */
  public static String user(String name) {
    return USER + name;
  }

  /** The name of a user's subject; empty if the subject is no user's. */
  public static Optional<String> userName(String subject) {
    return subject.startsWith(USER)
        ? Optional.of(subject.substring(USER.length()))
        : Optional.empty();
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
