package dev.harrier.security.policy;

import dev.harrier.security.Caller;
import dev.harrier.security.Subjects;
import dev.harrier.security.client.Client;
import dev.harrier.security.user.User;
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
    for (var name : names) {
      if (wellFormed(name) && !name.startsWith(GROUP) && !name.equals(EVERYBODY)) {
        all.add(kind(name));
        Subjects.task(name)
            .ifPresent(task -> all.add("task:%s/%s/*".formatted(task.project(), task.domain())));
      }
    }
    all.add(EVERYBODY);
    return List.copyOf(all);
  }

  /** The name of all of the same kind: {@code user:*} of {@code user:alice}. */
  private static String kind(String name) {
    return name.substring(0, name.indexOf(':') + 1) + "*";
  }

  /**
   * Whether a policy may name it: what no caller could ever be called would be a deny that denies
   * nobody.
   */
  public static boolean wellFormed(String name) {
    if (name.equals(EVERYBODY)) {
      return true;
    }
    var colon = name.indexOf(':') + 1;
    var rest = name.substring(colon);
    if (rest.isEmpty() || !rest.equals(rest.strip())) {
      return false;
    }
    return switch (name.substring(0, colon)) {
      case "user:" -> rest.equals(EVERYBODY) || User.isName(rest) || outside(rest);
      case "sa:" -> rest.equals(EVERYBODY) || Client.isId(rest);
      case "task:" -> rest.equals(EVERYBODY) || Subjects.task(name).isPresent();
      case GROUP -> !rest.contains(EVERYBODY);
      default -> false;
    };
  }

  /** Whether it is a subject of another issuer, an URL, after its bar. */
  private static boolean outside(String rest) {
    var bar = rest.indexOf('|');
    return rest.contains("://") && bar > 0 && bar < rest.length() - 1;
  }
}
