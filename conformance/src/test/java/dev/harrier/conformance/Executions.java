package dev.harrier.conformance;

import static java.util.Objects.requireNonNull;

import com.google.gson.JsonObject;
import java.util.Map;

/** Starts executions of registered launch plans over HTTP, as a service without an SDK would. */
final class Executions {
  private final Api api;
  private final String project;
  private final String domain;
  private final String version;

  /**
   * @param version of the launch plans
   */
  Executions(Api api, String project, String domain, String version) {
    this.api = requireNonNull(api, "api");
    this.project = requireNonNull(project, "project");
    this.domain = requireNonNull(domain, "domain");
    this.version = requireNonNull(version, "version");
  }

  /** What a request to create an execution says, for a test to change before it is sent. */
  JsonObject request(String launchPlan, Map<String, JsonObject> inputs) {
    var literals = new JsonObject();
    inputs.forEach(literals::add);
    return Json.object(
        "project",
        project,
        "domain",
        domain,
        "spec",
        Json.object(
            "launch_plan",
            Json.object(
                "resource_type",
                "LAUNCH_PLAN",
                "project",
                project,
                "domain",
                domain,
                "name",
                launchPlan,
                "version",
                version),
            "metadata",
            Json.object("mode", "MANUAL", "principal", "conformance")),
        "inputs",
        Json.object("literals", literals));
  }

  Api.Answer send(JsonObject request) {
    return api.post("/api/v1/executions", request);
  }

  Run start(JsonObject request) {
    return run(Json.text(Json.at(send(request).ok(), "id"), "name"));
  }

  Run start(String launchPlan, Map<String, JsonObject> inputs) {
    return start(request(launchPlan, inputs));
  }

  /** An execution that somebody else started. */
  Run run(String name) {
    return new Run(api, project, domain, name);
  }

  /** How many there are in the project and domain, up to 1,000. */
  int count() {
    var path = "/api/v1/executions/%s/%s?limit=1000".formatted(project, domain);
    return Json.list(api.get(path).ok(), "executions").size();
  }
}
