package dev.harrier.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.grpc.GrpcClients;
import dev.harrier.server.EdgeUnderTest;
import dev.harrier.spi.Rejection;
import dev.harrier.spi.StoreUnavailableException;
import flyteidl.admin.Common.ObjectGetRequest;
import flyteidl.admin.TaskOuterClass.Task;
import flyteidl.admin.TaskOuterClass.TaskCreateRequest;
import flyteidl.admin.TaskOuterClass.TaskCreateResponse;
import flyteidl.admin.WorkflowOuterClass.CreateWorkflowFailureReason;
import flyteidl.service.AdminServiceGrpc.AdminServiceBlockingStub;
import flyteidl.service.AdminServiceGrpc.AdminServiceImplBase;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc.HealthBlockingStub;
import io.grpc.protobuf.StatusProto;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class GrpcEdgeTest {
  private final FailingService service = new FailingService();
  private final HealthStatusManager health = new HealthStatusManager();
  private final EdgeUnderTest edge;
  private final AdminServiceBlockingStub admin;

  GrpcEdgeTest() throws IOException {
    edge = EdgeUnderTest.serving(service, health.getHealthService());
    var headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
        "Bearer " + edge.administrator());
    admin =
        GrpcClients.builder("gproto+" + edge.url())
            // As much as pyflyte takes.
            .factory(ClientFactory.builder().http2MaxHeaderListSize(32 << 10).build())
            .maxResponseLength(64 << 20)
            .build(AdminServiceBlockingStub.class)
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  @AfterAll
  void stop() {
    edge.close();
  }

  @Test
  void a_rejection_keeps_its_code_sentence_and_typed_detail() {
    var failure =
        failure(
            answer -> {
              throw Rejection.alreadyExists("100% there")
                  .with(CreateWorkflowFailureReason.getDefaultInstance());
            });

    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.ALREADY_EXISTS);
    assertThat(failure.getStatus().getDescription()).isEqualTo("100% there");
    assertThat(StatusProto.fromThrowable(failure).getDetails(0).getTypeUrl())
        .endsWith("flyteidl.admin.CreateWorkflowFailureReason");
  }

  @Test
  void a_failure_of_ours_is_internal_with_an_id_and_tells_nothing() {
    var failure =
        failure(
            answer -> {
              throw new IllegalStateException("SELECT secret");
            });

    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL);
    assertThat(failure.getStatus().getDescription())
        .doesNotContain("secret")
        .matches(".* request [0-9a-f]{16}\\.");
  }

  @Test
  void a_failure_told_rather_than_thrown_is_mapped_as_well() {
    var failure = failure(answer -> answer.onError(Rejection.notFound("no such task")));

    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
  }

  @Test
  void an_error_of_the_machine_is_internal_and_not_unknown() {
    var failure =
        failure(
            answer -> {
              throw new StackOverflowError();
            });

    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL);
  }

  @Test
  void a_store_out_of_reach_is_unavailable() {
    var failure =
        failure(
            answer -> {
              throw new StoreUnavailableException("down", new IOException("refused"));
            });

    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(failure.getStatus().getDescription()).doesNotContain("refused");
  }

  @Test
  void a_sentence_of_a_megabyte_is_cut_to_what_clients_take() {
    var failure =
        failure(
            answer -> {
              throw Rejection.invalid("é".repeat(1 << 20))
                  .with(CreateWorkflowFailureReason.getDefaultInstance());
            });

    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(failure.getStatus().getDescription()).endsWith("...").hasSizeLessThan(3_000);
  }

  @Test
  void headers_that_are_too_long_end_their_connection_and_no_later_call() {
    var token = new Metadata();
    token.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
        "Bearer " + "t".repeat(1 << 20));
    var health =
        GrpcClients.builder("gproto+" + edge.url())
            .build(HealthBlockingStub.class)
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(token));

    var failure =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () -> health.check(HealthCheckRequest.getDefaultInstance()));

    // Headers are packed by those before them: who does not read them all can read no later ones.
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(failure(answer -> answer.onError(Rejection.notFound("no such task"))).getStatus())
        .extracting(Status::getCode)
        .isEqualTo(Status.Code.NOT_FOUND);
  }

  @Test
  void a_request_over_its_limit_is_refused() {
    var request = TaskCreateRequest.newBuilder();
    request.getIdBuilder().setName("n".repeat(10 << 20));

    var failure =
        catchThrowableOfType(StatusRuntimeException.class, () -> admin.createTask(request.build()));

    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
  }

  @Test
  void an_answer_over_its_limit_is_an_error_that_is_known() {
    var failure =
        failure(
            answer -> {
              answer.onNext(Task.newBuilder().setShortDescription("n".repeat(21 << 20)).build());
              answer.onCompleted();
            });

    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
  }

  @Test
  void an_answer_up_to_its_limit_arrives() {
    service.answering =
        answer -> {
          answer.onNext(Task.newBuilder().setShortDescription("n".repeat(19 << 20)).build());
          answer.onCompleted();
        };

    var task = admin.getTask(ObjectGetRequest.getDefaultInstance());

    assertThat(task.getShortDescription()).hasSize(19 << 20);
  }

  @Test
  void a_deadline_of_the_client_ends_the_call() {
    service.answering = answer -> {};

    var failure =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                admin
                    .withDeadlineAfter(200, TimeUnit.MILLISECONDS)
                    .getTask(ObjectGetRequest.getDefaultInstance()));

    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
  }

  @Test
  void handlers_run_on_virtual_threads() {
    service.answering =
        answer -> {
          answer.onNext(
              Task.newBuilder()
                  .setShortDescription(Boolean.toString(Thread.currentThread().isVirtual()))
                  .build());
          answer.onCompleted();
        };

    assertThat(admin.getTask(ObjectGetRequest.getDefaultInstance()).getShortDescription())
        .isEqualTo("true");
  }

  @Test
  void health_is_told_to_anybody() {
    health.setStatus("flyteadmin", ServingStatus.SERVING);
    var client = GrpcClients.newClient("gproto+" + edge.url(), HealthBlockingStub.class);

    assertThat(client.check(HealthCheckRequest.getDefaultInstance()).getStatus())
        .isEqualTo(ServingStatus.SERVING);
    assertThat(
            client
                .check(HealthCheckRequest.newBuilder().setService("flyteadmin").build())
                .getStatus())
        .isEqualTo(ServingStatus.SERVING);
    var failure =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () -> client.check(HealthCheckRequest.newBuilder().setService("other").build()));
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
  }

  private StatusRuntimeException failure(Consumer<StreamObserver<Task>> answering) {
    service.answering = answering;
    return catchThrowableOfType(
        StatusRuntimeException.class, () -> admin.getTask(ObjectGetRequest.getDefaultInstance()));
  }

  private static final class FailingService extends AdminServiceImplBase {
    private volatile Consumer<StreamObserver<Task>> answering = answer -> {};

    @Override
    public void getTask(ObjectGetRequest request, StreamObserver<Task> answer) {
      answering.accept(answer);
    }

    @Override
    public void createTask(TaskCreateRequest request, StreamObserver<TaskCreateResponse> answer) {
      answer.onNext(TaskCreateResponse.getDefaultInstance());
      answer.onCompleted();
    }
  }
}
