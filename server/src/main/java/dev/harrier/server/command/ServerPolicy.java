package dev.harrier.server.command;

import static java.util.Objects.requireNonNull;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The access policy of the server that runs on a home. */
final class ServerPolicy {
  private static final String PATH = "/api/v1/access/policy";

  private final RunningServer server;

  ServerPolicy(RunningServer server) {
    this.server = requireNonNull(server, "server");
  }

  /**
   * The policy that the server has.
   *
   * @param findings why it is not in force; empty if it is
   */
  record Found(String text, String etag, String source, List<String> findings) {}

  /** What a text changes. */
  record Change(
      String etag,
      List<String> findings,
      List<String> changes,
      boolean more,
      List<String> remarks) {}

  Found get() throws IOException, InterruptedException {
    var found = server.ask("GET", PATH, Optional.empty());
    return new Found(
        found.get("text").getAsString(),
        found.get("etag").getAsString(),
        found.get("source").getAsString(),
        texts(found, "findings"));
  }

  Change put(String text, String etag, boolean dryRun) throws IOException, InterruptedException {
    var asked = new JsonObject();
    asked.addProperty("text", text);
    asked.addProperty("etag", etag);
    asked.addProperty("dry_run", dryRun);
    var answer = server.ask("PUT", PATH, Optional.of(asked));
    var difference = answer.getAsJsonObject("difference");
    return new Change(
        answer.get("etag").getAsString(),
        texts(answer, "findings"),
        texts(difference, "changes"),
        difference.get("more").getAsBoolean(),
        texts(difference, "remarks"));
  }

  private static List<String> texts(JsonObject object, String name) {
    var array = Optional.ofNullable(object.getAsJsonArray(name)).orElseGet(JsonArray::new);
    return array.asList().stream().map(JsonElement::getAsString).toList();
  }
}
