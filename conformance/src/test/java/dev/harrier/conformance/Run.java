package dev.harrier.conformance;

import com.google.gson.JsonObject;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** One execution, as the API shows it. */
record Run(Api api, String project, String domain, String name) {
  private static final Duration END_LIMIT = Duration.ofMinutes(2);
  private static final Set<String> ENDED = Set.of("SUCCEEDED", "FAILED", "ABORTED", "TIMED_OUT");

  /** How it ended. */
  record End(String phase, String code, String message, String kind) {}

  JsonObject read() {
    return api.get("/api/v1/executions/" + path()).ok();
  }

  String phase() {
    return Json.text(Json.at(read(), "closure"), "phase");
  }

  End awaitEnd() {
    return Patience.await("the end of " + this, END_LIMIT, this::end);
  }

  /** Its end, which must be a success. */
  Run succeeded() {
    var end = awaitEnd();
    if (!end.phase().equals("SUCCEEDED")) {
      throw new AssertionError("expected %s to succeed, found %s".formatted(this, end));
    }
    return this;
  }

  private Optional<End> end() {
    var closure = Json.at(read(), "closure");
    var phase = Json.text(closure, "phase");
    if (!ENDED.contains(phase)) {
      return Optional.empty();
    }
    var error = Json.at(closure, "error");
    return Optional.of(
        new End(
            phase,
            Json.text(error, "code"),
            Json.text(error, "message"),
            Json.text(error, "kind")));
  }

  /** The literals that it gave. */
  JsonObject outputs() {
    var data = api.get("/api/v1/data/executions/" + path()).ok();
    return Json.at(data, "full_outputs", "literals");
  }

  long integer(String output) {
    return Long.parseLong(primitive(output, "integer"));
  }

  String string(String output) {
    return primitive(output, "string_value");
  }

  private String primitive(String output, String kind) {
    return Json.text(Json.at(outputs(), output, "scalar", "primitive"), kind);
  }

  /** Its outermost nodes. */
  List<JsonObject> nodes() {
    return nodes("");
  }

  /** The nodes within one. */
  List<JsonObject> nodesWithin(String parent) {
    return nodes("&unique_parent_id=" + parent);
  }

  private List<JsonObject> nodes(String query) {
    var found = api.get("/api/v1/node_executions/%s?limit=100%s".formatted(path(), query)).ok();
    return Json.list(found, "node_executions");
  }

  /** The phase of each outermost node by its id. */
  Map<String, String> nodePhases() {
    var phases = new TreeMap<String, String>();
    nodes().forEach(node -> phases.put(nodeId(node), Json.text(Json.at(node, "closure"), "phase")));
    return phases;
  }

  static String nodeId(JsonObject node) {
    return Json.text(Json.at(node, "id"), "node_id");
  }

  /** The attempts of a node, first to last. */
  List<JsonObject> attempts(String node) {
    var found = api.get("/api/v1/task_executions/%s/%s?limit=100".formatted(path(), node)).ok();
    return Json.list(found, "task_executions").stream()
        .sorted(Comparator.comparing(Run::number))
        .toList();
  }

  private static int number(JsonObject attempt) {
    var text = Json.text(Json.at(attempt, "id"), "retry_attempt");
    return text.isEmpty() ? 0 : Integer.parseInt(text);
  }

  List<String> attemptPhases(String node) {
    return attempts(node).stream()
        .map(attempt -> Json.text(Json.at(attempt, "closure"), "phase"))
        .toList();
  }

  Api.Answer terminate(String cause) {
    return api.delete("/api/v1/executions/" + path(), Json.object("cause", cause));
  }

  private String path() {
    return "%s/%s/%s".formatted(project, domain, name);
  }
}
