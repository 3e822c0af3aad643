package dev.harrier.server.command;

import com.google.gson.JsonObject;
import dev.harrier.server.page.AccountPages;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Users, clients and keys of the server that runs on a home. */
final class ServerAccounts {
  private final RunningServer server;

  ServerAccounts(Path clientFile) {
    this.server = new RunningServer(clientFile);
  }

  /**
   * Asks for one thing.
   *
   * @throws IOException with the server's own sentence if it refuses
   */
  JsonObject ask(String what, JsonObject body) throws IOException, InterruptedException {
    return server.ask("POST", AccountPages.FOLDER + what, Optional.of(body));
  }
}
