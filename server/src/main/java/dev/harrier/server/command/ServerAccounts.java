package dev.harrier.server.command;

import static java.util.Objects.requireNonNull;

import com.google.gson.JsonObject;
import dev.harrier.server.page.AccountPages;
import java.io.IOException;
import java.util.Optional;

/** Users, clients and keys of the server that runs on a home. */
final class ServerAccounts {
  private final RunningServer server;

  ServerAccounts(RunningServer server) {
    this.server = requireNonNull(server, "server");
  }

  /**
   * Asks for one thing.
   *
   * @throws IOException with the server's own sentence if it refuses
   */
  JsonObject ask(String what, JsonObject body) throws IOException, InterruptedException {
    return server.ask("POST", AccountPages.FOLDER + what, Optional.of(body));
  }

  /** The same about whoever has this name or id. */
  JsonObject ask(String what, String member, String value)
      throws IOException, InterruptedException {
    return ask(what, about(member, value));
  }

  /** A request about whoever has this name or id. */
  static JsonObject about(String member, String value) {
    var body = new JsonObject();
    body.addProperty(member, value);
    return body;
  }
}
