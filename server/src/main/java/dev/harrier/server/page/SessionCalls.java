package dev.harrier.server.page;

import static java.util.Objects.requireNonNull;

import com.google.gson.JsonObject;
import dev.harrier.security.Caller;
import dev.harrier.security.account.AccountGuard;
import dev.harrier.security.session.Sessions;
import dev.harrier.spi.Rejection;

/** What {@code harrier session} asks for: everybody's sessions. */
final class SessionCalls {
  private final AccountGuard guard;
  private final Sessions sessions;

  SessionCalls(AccountGuard guard, Sessions sessions) {
    this.guard = requireNonNull(guard, "guard");
    this.sessions = requireNonNull(sessions, "sessions");
  }

  void mount(AccountRoutes routes) {
    routes.read("list-sessions", (caller, asked) -> list(asked));
    routes.change("end-session", SessionPages::session, this::end);
    routes.change("end-sessions-of", UserCalls::user, this::endAllOf);
  }

  private JsonObject list(JsonRequest asked) {
    return SessionPages.listed(
        asked.has("name") ? sessions.of(UserCalls.principal(asked.text("name"))) : sessions.all());
  }

  private JsonObject end(Caller caller, JsonRequest asked) {
    var id = asked.text("id");
    var owner = sessions.owner(id);
    owner.ifPresent(one -> guard.requireFor(caller, one));
    if (owner.isEmpty() || !sessions.end(id, owner)) {
      throw Rejection.notFound("There is no session '%s'.", id);
    }
    return new JsonObject();
  }

  private JsonObject endAllOf(Caller caller, JsonRequest asked) {
    var principal = UserCalls.principal(asked.text("name"));
    guard.requireFor(caller, principal);
    sessions.endAllOf(principal);
    return new JsonObject();
  }
}
