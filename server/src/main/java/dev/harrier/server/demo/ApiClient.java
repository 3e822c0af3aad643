package dev.harrier.server.demo;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import dev.harrier.server.home.ClientSettings;
import dev.harrier.spi.ExecutionId;
import flyteidl.admin.ExecutionOuterClass.Execution;
import flyteidl.admin.ExecutionOuterClass.WorkflowExecutionGetDataResponse;
import flyteidl.admin.NodeExecutionOuterClass.NodeExecution;
import flyteidl.admin.NodeExecutionOuterClass.NodeExecutionList;
import flyteidl.admin.TaskExecutionOuterClass.TaskExecutionList;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Asks the server over HTTP, in binary protobuf, as flyteconsole does. */
final class ApiClient implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Nodes of one execution that the demo shows. */
  private static final int NODES_MAX = 1_000;

  private final HttpClient http;
  private final URI server;
  private final String token;

  ApiClient(ClientSettings settings, String token) throws IOException {
    this.http = settings.http();
    this.server = settings.server();
    this.token = requireNonNull(token, "token");
  }

  Execution execution(ExecutionId id) throws IOException, InterruptedException {
    return get("/api/v1/executions/" + path(id), Execution.parser());
  }

  WorkflowExecutionGetDataResponse data(ExecutionId id) throws IOException, InterruptedException {
    return get("/api/v1/data/executions/" + path(id), WorkflowExecutionGetDataResponse.parser());
  }

  /** The nodes of an execution; those below a node if one is given. */
  NodeExecutionList nodes(ExecutionId id, String parent) throws IOException, InterruptedException {
    var below = parent.isEmpty() ? "" : "&unique_parent_id=" + parent;
    return get(
        "/api/v1/node_executions/%s?limit=%d%s".formatted(path(id), NODES_MAX, below),
        NodeExecutionList.parser());
  }

  TaskExecutionList attempts(NodeExecution node) throws IOException, InterruptedException {
    var id = node.getId();
    var execution = id.getExecutionId();
    return get(
        "/api/v1/task_executions/%s/%s/%s/%s?limit=100"
            .formatted(
                execution.getProject(), execution.getDomain(), execution.getName(), id.getNodeId()),
        TaskExecutionList.parser());
  }

  private static String path(ExecutionId id) {
    return "%s/%s/%s".formatted(id.project(), id.domain(), id.name());
  }

  private <T extends Message> T get(String path, Parser<T> parser)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(server.resolve(path))
            .timeout(PATIENCE)
            .header("authorization", "Bearer " + token)
            .header("accept", "application/octet-stream")
            .build();
    var answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    if (answer.statusCode() != 200) {
      throw new IOException("GET %s: the server answered %d".formatted(path, answer.statusCode()));
    }
    try {
      return parser.parseFrom(answer.body());
    } catch (InvalidProtocolBufferException broken) {
      throw new IOException("GET %s: the answer is no message".formatted(path), broken);
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
