package dev.harrier.conformance.access;

import dev.harrier.conformance.access.Matrix.Row;
import dev.harrier.security.Access;
import dev.harrier.security.Caller;
import dev.harrier.security.Permission;
import dev.harrier.security.Scope;
import dev.harrier.security.Subjects;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the evaluator says about each cell, asked without a server. */
final class Decided implements Matrix.Cells {
  private static final Set<String> BOUND_TWICE =
      Set.of("viewer", "data-viewer", "runner", "contributor", "project-admin", "cluster-manager");

  private final Access access;
  private final String issuer;

  Decided(Access access, String issuer) {
    this.access = access;
    this.issuer = issuer;
  }

  /** What follows a role's name for the caller who has it in all domains. */
  static String wholeSuffix(String column) {
    return BOUND_TWICE.contains(column) ? "-whole" : "";
  }

  static Permission permission(String word) {
    return Arrays.stream(Permission.values())
        .filter(one -> one.word().equals(word))
        .findFirst()
        .orElseThrow(() -> new AssertionError("There is no permission " + word));
  }

  @Override
  public String of(Row row, String column) {
    var caller = caller(column);
    var whole = caller(column + wholeSuffix(column));
    return switch (row.on()) {
      case DOMAIN ->
          all(row, caller, Scope.of(Place.OWN.project(), Place.OWN.domain()))
              + all(
                  row, caller, Scope.of(Place.OTHER_DOMAIN.project(), Place.OTHER_DOMAIN.domain()))
              + all(row, caller, Scope.of(Place.FOREIGN.project(), Place.FOREIGN.domain()));
      case MADE ->
          made(row, caller, Place.OWN)
              + made(row, caller, Place.OTHER_DOMAIN)
              + made(row, caller, Place.FOREIGN);
      case PROJECT ->
          all(row, whole, Scope.of(Place.OWN.project()))
              + all(row, caller, Scope.of(Place.OWN.project()))
              + all(row, whole, Scope.of(Place.FOREIGN.project()));
      case PLATFORM -> all(row, caller, Scope.platform()).repeat(3);
      case ROWS, NOTHING_YET ->
          rows(row, whole, Place.OWN)
              + rows(row, caller, Place.OWN)
              + rows(row, whole, Place.FOREIGN);
      case KNOWN -> (caller.anonymous() ? "!" : "+").repeat(3);
      case ANYBODY -> "+++";
      case UNSERVED -> (caller.anonymous() ? "!" : "=").repeat(3);
    };
  }

  private Caller caller(String name) {
    return switch (name) {
      case "anonymous" -> Caller.ANONYMOUS;
      case "engine" -> Caller.ENGINE;
      case "task" ->
          Caller.of(
              issuer,
              Subjects.task(new ExecutionId(Place.OWN.project(), Place.OWN.domain(), Place.NAME)));
      default -> Caller.of(issuer, Subjects.client(name));
    };
  }

  private String all(Row row, Caller caller, Scope scope) {
    var marks =
        row.needs().stream()
            .map(word -> mark(() -> access.require(caller, permission(word), scope)))
            .toList();
    return worst(marks);
  }

  private String made(Row row, Caller caller, Place place) {
    var scope = Scope.of(place.project(), place.domain());
    var permission = permission(row.needs().getFirst());
    var others =
        mark(() -> access.requireOn(caller, permission, scope, () -> Optional.of("sa:root")));
    if (!others.equals("-")) {
      return others;
    }
    var own =
        mark(
            () -> access.requireOn(caller, permission, scope, () -> Optional.of(caller.subject())));
    return own.equals("+") ? "o" : "-";
  }

  private String rows(Row row, Caller caller, Place place) {
    if (caller.anonymous()) {
      return "!";
    }
    return access.visible(caller, permission(row.needs().getFirst())).anyOf(place.project())
        ? "+"
        : "-";
  }

  private static String worst(List<String> marks) {
    if (marks.contains("!")) {
      return "!";
    }
    return marks.contains("-") ? "-" : "+";
  }

  private static String mark(Runnable asked) {
    try {
      asked.run();
      return "+";
    } catch (RejectedException refused) {
      return refused.rejection().code() == Rejection.Code.UNAUTHENTICATED ? "!" : "-";
    }
  }
}
