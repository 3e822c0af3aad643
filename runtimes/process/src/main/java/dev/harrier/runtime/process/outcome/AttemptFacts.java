package dev.harrier.runtime.process.outcome;

import static java.util.Objects.requireNonNull;

import com.google.gson.JsonObject;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.harrier.spi.AttemptId;
import dev.harrier.spi.BlobKey;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.NodeId;
import dev.harrier.spi.ProjectDomain;
import flyteidl.core.Interface.VariableMap;
import java.util.Base64;

/**
 * What must be known of an attempt to judge its end, also by a server that did not start it.
 *
 * @param outputPrefix where the task reports
 * @param declared the outputs that it must have
 * @param containerName what messages call it
 * @param cpuMillis thousandths of a processor that it holds while it runs
 * @param memoryBytes that it holds while it runs
 */
public record AttemptFacts(
    AttemptId id,
    BlobKey outputPrefix,
    VariableMap declared,
    String containerName,
    long cpuMillis,
    long memoryBytes) {
  public AttemptFacts {
    requireNonNull(id, "id");
    requireNonNull(outputPrefix, "outputPrefix");
    requireNonNull(declared, "declared");
    requireNonNull(containerName, "containerName");
  }

  /** As it is kept on disk. */
  public JsonObject toJson() {
    var json = new JsonObject();
    var execution = id.node().execution();
    json.addProperty("project", execution.project());
    json.addProperty("domain", execution.domain());
    json.addProperty("execution", execution.name());
    json.addProperty("node", id.node().path());
    json.addProperty("number", id.number());
    json.addProperty("output_project", outputPrefix.scope().project());
    json.addProperty("output_domain", outputPrefix.scope().domain());
    json.addProperty("output_path", outputPrefix.path());
    json.addProperty("declared", Base64.getEncoder().encodeToString(declared.toByteArray()));
    json.addProperty("container", containerName);
    json.addProperty("cpu_millis", cpuMillis);
    json.addProperty("memory_bytes", memoryBytes);
    return json;
  }

  /**
   * Reads what {@link #toJson} wrote.
   *
   * @throws RuntimeException if it is damaged
   */
  public static AttemptFacts of(JsonObject json) {
    try {
      return new AttemptFacts(
          new AttemptId(
              new NodeId(
                  new ExecutionId(
                      text(json, "project"), text(json, "domain"), text(json, "execution")),
                  text(json, "node")),
              json.get("number").getAsInt()),
          new BlobKey(
              new ProjectDomain(text(json, "output_project"), text(json, "output_domain")),
              text(json, "output_path")),
          VariableMap.parseFrom(Base64.getDecoder().decode(text(json, "declared"))),
          text(json, "container"),
          json.get("cpu_millis").getAsLong(),
          json.get("memory_bytes").getAsLong());
    } catch (InvalidProtocolBufferException broken) {
      throw new IllegalStateException("facts of an attempt: expected a VariableMap", broken);
    }
  }

  private static String text(JsonObject json, String name) {
    return json.get(name).getAsString();
  }
}
