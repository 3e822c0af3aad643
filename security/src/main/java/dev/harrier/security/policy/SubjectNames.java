package dev.harrier.security.policy;

import dev.harrier.security.Caller;
import dev.harrier.security.Subjects;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * The names under which a policy knows a caller: its own, those of its groups, and those of its
 * kind.
 *
 * <p>{@code user:alice} and {@code sa:ci} are of this installation; {@code
 * user:https://idp.example.com|0a1b} is of the issuer before the bar, so that no two issuers can
 * give out each other's names; {@code group:ml} is a group of either; {@code task:p/d/name} is one
 * execution's tasks and {@code task:p/d/*} all of a project and domain; {@code user:*}, {@code
 * sa:*} and {@code task:*} are all of a kind, and {@code *} is every known caller.
 */
public final class SubjectNames {
  static final String EVERYBODY = "*";
  private static final String GROUP = "group:";

  private SubjectNames() {}

  /**
   * All names of a caller, its own first; none of nobody.
   *
   * @param issuer of this installation's own tokens
   */
  public static List<String> of(Caller caller, String issuer) {
    if (caller.anonymous()) {
      return List.of();
    }
    var names = new ArrayList<String>();
    var own = caller.issuer().equals(issuer);
    names.add(own ? caller.subject() : Subjects.outside(caller.issuer(), caller.subject()));
    names.add(kind(names.getFirst()));
    if (own) {
      Subjects.task(caller.subject())
          .ifPresent(task -> names.add("task:%s/%s/*".formatted(task.project(), task.domain())));
    }
    caller.groups().forEach(group -> names.add(GROUP + group));
    names.add(EVERYBODY);
    return List.copyOf(names);
  }

  /** Names as an operator gives them for one caller, with those of their kinds and of everybody. */
  public static List<String> completed(Collection<String> names) {
    var all = new LinkedHashSet<>(names);
    names.stream().filter(SubjectNames::wellFormed).forEach(name -> all.add(kind(name)));
    all.add(EVERYBODY);
    return List.copyOf(all);
  }

  /** The name of all of the same kind: {@code user:*} of {@code user:alice}. */
  private static String kind(String name) {
    return name.substring(0, name.indexOf(':') + 1) + "*";
  }

  /** Whether a policy may name it: {@code *}, or a kind that there is with something after it. */
  public static boolean wellFormed(String name) {
    return name.equals(EVERYBODY)
        || List.of("user:", "group:", "sa:", "task:").stream()
            .anyMatch(kind -> name.startsWith(kind) && name.length() > kind.length());
  }
}
