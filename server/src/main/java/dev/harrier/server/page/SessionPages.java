package dev.harrier.server.page;

import static java.util.Objects.requireNonNull;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.linecorp.armeria.server.ServerBuilder;
import dev.harrier.audit.Resource;
import dev.harrier.security.Caller;
import dev.harrier.security.session.Session;
import dev.harrier.security.session.Sessions;
import dev.harrier.server.port.Page;
import dev.harrier.spi.Rejection;
import java.util.List;
import java.util.Optional;

/** The sessions of whoever asks, to be seen and ended. JSON in, JSON out. */
public final class SessionPages implements Page {
  /** Where they are asked for. */
  public static final String FOLDER = "/harrier/sessions/";

  private static final long BODY_BYTES_MAX = 4 * 1024;

  private final HttpCallers callers;
  private final Sessions sessions;

  public SessionPages(HttpCallers callers, Sessions sessions) {
    this.callers = requireNonNull(callers, "callers");
    this.sessions = requireNonNull(sessions, "sessions");
  }

  @Override
  public void mount(ServerBuilder server) {
    var routes = new JsonRoutes(server, callers, FOLDER, BODY_BYTES_MAX, caller -> {});
    routes.add("list", (caller, asked) -> listed(sessions.of(caller.principal())));
    routes.add("end", asked -> List.of(session(asked)), this::end);
  }

  private JsonObject end(Caller caller, JsonRequest asked) {
    var id = asked.text("id");
    // Another's is answered as one that is not there.
    if (!sessions.end(id, Optional.of(caller.principal()))) {
      throw Rejection.notFound("You have no session '%s'.", id);
    }
    return new JsonObject();
  }

  /** The session that a request names. */
  static Resource session(JsonRequest asked) {
    return Resource.named("session", asked.text("id"));
  }

  static JsonObject listed(List<Session> sessions) {
    var list = new JsonArray();
    for (var session : sessions) {
      var one = new JsonObject();
      one.addProperty("id", session.id());
      one.addProperty("user", session.principal());
      one.addProperty("provider", session.provider().orElse(""));
      one.addProperty("agent", session.agent());
      one.addProperty("address", session.address());
      one.addProperty("created_at", session.createdAt().toString());
      one.addProperty("used_at", session.usedAt().toString());
      one.addProperty("ends_at", session.endsAt().toString());
      list.add(one);
    }
    return JsonRoutes.listed("sessions", list);
  }
}
