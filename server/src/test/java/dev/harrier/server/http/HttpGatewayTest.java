package dev.harrier.server.http;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import dev.harrier.server.EdgeUnderTest;
import dev.harrier.spi.Rejection;
import flyteidl.admin.Common.NamedEntity;
import flyteidl.admin.Common.NamedEntityGetRequest;
import flyteidl.admin.Common.ObjectGetRequest;
import flyteidl.admin.Common.ResourceListRequest;
import flyteidl.admin.Common.Sort;
import flyteidl.admin.ExecutionOuterClass.ExecutionCreateRequest;
import flyteidl.admin.ExecutionOuterClass.ExecutionCreateResponse;
import flyteidl.admin.ExecutionOuterClass.ExecutionTerminateRequest;
import flyteidl.admin.ExecutionOuterClass.ExecutionTerminateResponse;
import flyteidl.admin.NodeExecutionOuterClass.NodeExecutionList;
import flyteidl.admin.NodeExecutionOuterClass.NodeExecutionListRequest;
import flyteidl.admin.TaskOuterClass.Task;
import flyteidl.admin.TaskOuterClass.TaskList;
import flyteidl.admin.WorkflowOuterClass.CreateWorkflowFailureReason;
import flyteidl.core.IdentifierOuterClass.ResourceType;
import flyteidl.service.AdminServiceGrpc.AdminServiceImplBase;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class HttpGatewayTest {
  private final RecordingService service = new RecordingService();
  private final EdgeUnderTest edge;

  HttpGatewayTest() throws IOException {
    edge = EdgeUnderTest.serving(service);
  }

  @BeforeEach
  void forget() {
    service.failure.set(null);
  }

  @AfterAll
  void stop() {
    edge.close();
  }

  @Test
  void fields_come_from_the_path() throws Exception {
    edge.send(edge.request("/api/v1/tasks/p/d/a.b.name%2Fwith%20slash/v%2B1+x"));

    var id = service.seen(ObjectGetRequest.class).getId();
    assertThat(id.getProject()).isEqualTo("p");
    assertThat(id.getName()).isEqualTo("a.b.name/with slash");
    assertThat(id.getVersion()).isEqualTo("v+1+x");
  }

  @Test
  void an_additional_binding_reaches_the_same_rpc() throws Exception {
    edge.send(edge.request("/api/v1/tasks/p/d?limit=5"));

    assertThat(service.seen(ResourceListRequest.class).getId().getDomain()).isEqualTo("d");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "limit=5&sort_by.key=created_at&sort_by.direction=ASCENDING",
        "limit=5&sortBy.key=created_at&sortBy.direction=ASCENDING",
        "limit=5&sort_by.key=created_at&sort_by.direction=1",
        "limit=5&sort_by.key=created_at&sort_by.direction=ASCENDING&filters=&token=",
        "limit=5&sort_by.key=created_at&sort_by.direction=ASCENDING&no_such_field=7",
      })
  void nested_fields_and_enums_come_from_the_query(String query) throws Exception {
    edge.send(edge.request("/api/v1/tasks/p/d/n?" + query));

    var request = service.seen(ResourceListRequest.class);
    assertThat(request.getLimit()).isEqualTo(5);
    assertThat(request.getSortBy().getKey()).isEqualTo("created_at");
    assertThat(request.getSortBy().getDirection()).isEqualTo(Sort.Direction.ASCENDING);
    assertThat(request.getFilters()).isEmpty();
    assertThat(request.getToken()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"eq(a%2Cb)%2Bne(c%2Cd)", "eq(a,b)+ne(c,d)"})
  void a_plus_between_filters_stays_a_plus(String filters) throws Exception {
    edge.send(edge.request("/api/v1/tasks/p/d/n?limit=1&filters=" + filters));

    assertThat(service.seen(ResourceListRequest.class).getFilters()).isEqualTo("eq(a,b)+ne(c,d)");
  }

  @ParameterizedTest
  @CsvSource({"TASK,TASK", "1,TASK", "LAUNCH_PLAN,LAUNCH_PLAN", "77,UNRECOGNIZED"})
  void an_enum_in_the_path_is_a_name_or_a_number(String text, ResourceType expected)
      throws Exception {
    edge.send(edge.request("/api/v1/named_entities/" + text + "/p/d/n"));

    assertThat(service.seen(NamedEntityGetRequest.class).getResourceType()).isEqualTo(expected);
  }

  @Test
  void a_delete_has_a_body_and_the_path_wins() throws Exception {
    edge.send(
        edge.request("/api/v1/executions/p/d/e")
            .header("content-type", "application/json")
            .method(
                "DELETE",
                BodyPublishers.ofString("{\"cause\":\"no need\",\"id\":{\"project\":\"other\"}}")));

    var request = service.seen(ExecutionTerminateRequest.class);
    assertThat(request.getCause()).isEqualTo("no need");
    assertThat(request.getId().getProject()).isEqualTo("p");
  }

  @Test
  void json_is_snake_case_with_unset_fields_for_those_who_name_it() throws Exception {
    var answer =
        edge.send(
            edge.request("/api/v1/executions")
                .header("content-type", "application/json")
                .POST(
                    BodyPublishers.ofString("{\"project\":\"p\",\"spec\":{\"launch_plan\":{}}}")));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-type")).hasValue("application/json");
    var task =
        edge.send(edge.request("/api/v1/tasks/p/d/n/v").header("accept", "application/json"));
    var json = JsonParser.parseString(task.body()).getAsJsonObject();
    assertThat(json.getAsJsonObject("id").get("resource_type").getAsString()).isEqualTo("TASK");
    assertThat(json.get("closure").isJsonNull()).isTrue();
    assertThat(json.get("short_description").getAsString()).isEmpty();
  }

  @Test
  void json_is_camel_case_for_everybody_else() throws Exception {
    var answer = edge.send(edge.request("/api/v1/tasks/p/d/n/v").header("accept", "*/*"));

    var json = JsonParser.parseString(answer.body()).getAsJsonObject();
    assertThat(json.getAsJsonObject("id").get("resourceType").getAsString()).isEqualTo("TASK");
    assertThat(json.get("shortDescription").getAsString()).isEmpty();
  }

  @Test
  void binary_protobuf_goes_both_ways() throws Exception {
    var sent = ExecutionCreateRequest.newBuilder().setProject("p").setName("n").build();

    var answer =
        edge.sendForBytes(
            edge.request("/api/v1/executions")
                .header("content-type", "application/octet-stream")
                .header("accept", "application/octet-stream")
                .POST(BodyPublishers.ofByteArray(sent.toByteArray())));

    assertThat(service.seen(ExecutionCreateRequest.class)).isEqualTo(sent);
    assertThat(answer.headers().firstValue("content-type")).hasValue("application/octet-stream");
    assertThat(ExecutionCreateResponse.parseFrom(answer.body()).getId().getName()).isEqualTo("n");
  }

  @Test
  void an_error_in_binary_is_a_status_in_binary() throws Exception {
    var answer =
        edge.sendForBytes(
            edge.request("/api/v1/nowhere").header("accept", "application/octet-stream"));

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(com.google.rpc.Status.parseFrom(answer.body()).getCode()).isEqualTo(5);
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "GET, /api/v1/nowhere, 404, 5",
    "GET, /, 404, 5",
    "PATCH, /api/v1/tasks, 501, 12",
    "GET, /api/v1/executions, 501, 12",
    "GET, /api/v1/tasks/p/d/n?limit=many, 400, 3",
    "GET, /api/v1/tasks/p/d/n?limit=-1, 400, 3",
    "GET, /api/v1/tasks/p/d/n?limit=1&limit=2, 400, 3",
    "GET, /api/v1/tasks/p/d/n?sort_by.direction=UP, 400, 3",
    "GET, /api/v1/domains, 501, 12",
  })
  void what_is_wrong_with_a_request_is_said_in_json(
      String method, String path, int status, int code) throws Exception {
    var answer = edge.send(edge.request(path).method(method, BodyPublishers.noBody()));

    assertThat(answer.statusCode()).isEqualTo(status);
    var json = JsonParser.parseString(answer.body()).getAsJsonObject();
    assertThat(json.get("code").getAsInt()).isEqualTo(code);
    assertThat(json.get("details").getAsJsonArray()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"{\"no_such\":1}", "{", "[]", "{\"project\":{}}"})
  void a_body_that_is_no_such_message_is_refused(String body) throws Exception {
    var answer =
        edge.send(
            edge.request("/api/v1/executions")
                .header("content-type", "application/json")
                .POST(BodyPublishers.ofString(body)));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("\"code\":3");
  }

  @Test
  void a_rejection_keeps_its_code_sentence_and_typed_detail() throws Exception {
    service.failure.set(
        Rejection.alreadyExists("it is there")
            .with(CreateWorkflowFailureReason.getDefaultInstance()));

    var answer = edge.send(edge.request("/api/v1/tasks/p/d/n/v"));

    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(answer.body())
        .contains("\"code\":6", "it is there", "flyteidl.admin.CreateWorkflowFailureReason");
  }

  @Test
  void a_failure_of_ours_is_internal_and_tells_nothing() throws Exception {
    service.failure.set(new IllegalStateException("SELECT secret FROM somewhere"));

    var answer = edge.send(edge.request("/api/v1/tasks/p/d/n/v"));

    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body()).contains("\"code\":13").doesNotContain("secret");
  }

  @Test
  void a_body_over_the_limit_is_refused() throws Exception {
    var answer =
        edge.send(
            edge.request("/api/v1/executions")
                // Else the client is still sending when the answer comes, and may miss it.
                .version(java.net.http.HttpClient.Version.HTTP_1_1)
                .expectContinue(true)
                .POST(BodyPublishers.ofByteArray(new byte[11 << 20])));

    assertThat(answer.statusCode()).isEqualTo(413);
    assertThat(answer.body()).contains("\"code\":8");
  }

  @Test
  void headers_of_a_client_do_not_pass_for_an_identity() throws Exception {
    var answer =
        edge.send(
            java.net.http.HttpRequest.newBuilder(
                    java.net.URI.create(edge.url() + "/api/v1/tasks/p/d/n/v"))
                .header("Grpc-Metadata-Authorization", "Bearer " + edge.administrator())
                .header("X-User-Subject", "sa:administrator"));

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.headers().firstValue("www-authenticate")).isPresent();
  }

  @Test
  void an_int64_is_text_and_a_list_is_never_missing() throws Exception {
    var answer = edge.send(edge.request("/api/v1/node_executions/p/d/e?limit=3"));

    assertThat(answer.body()).contains("\"nodeExecutions\":[]");
    assertThat(service.seen(NodeExecutionListRequest.class).getLimit()).isEqualTo(3);
  }

  private static final class RecordingService extends AdminServiceImplBase {
    private final AtomicReference<Object> seen = new AtomicReference<>(new Object());
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    private <Q> Q seen(Class<Q> type) {
      return requireNonNull(type.cast(seen.get()));
    }

    private <A> void answer(Object request, A message, StreamObserver<A> observer) {
      seen.set(request);
      var failing = failure.get();
      if (failing instanceof RuntimeException thrown) {
        throw thrown;
      }
      observer.onNext(message);
      observer.onCompleted();
    }

    @Override
    public void getTask(ObjectGetRequest request, StreamObserver<Task> observer) {
      answer(
          request,
          Task.newBuilder()
              .setId(request.getId().toBuilder().setResourceType(ResourceType.TASK))
              .build(),
          observer);
    }

    @Override
    public void listTasks(ResourceListRequest request, StreamObserver<TaskList> observer) {
      answer(request, TaskList.getDefaultInstance(), observer);
    }

    @Override
    public void getNamedEntity(
        NamedEntityGetRequest request, StreamObserver<NamedEntity> observer) {
      answer(request, NamedEntity.getDefaultInstance(), observer);
    }

    @Override
    public void listNodeExecutions(
        NodeExecutionListRequest request, StreamObserver<NodeExecutionList> observer) {
      answer(request, NodeExecutionList.getDefaultInstance(), observer);
    }

    @Override
    public void createExecution(
        ExecutionCreateRequest request, StreamObserver<ExecutionCreateResponse> observer) {
      var answer = ExecutionCreateResponse.newBuilder();
      answer.getIdBuilder().setProject(request.getProject()).setName(request.getName());
      answer(request, answer.build(), observer);
    }

    @Override
    public void terminateExecution(
        ExecutionTerminateRequest request, StreamObserver<ExecutionTerminateResponse> observer) {
      answer(request, ExecutionTerminateResponse.getDefaultInstance(), observer);
    }
  }
}
