package dev.harrier.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.client.grpc.GrpcClients;
import dev.harrier.server.EdgeUnderTest;
import dev.harrier.server.config.ConfigReader;
import flyteidl.admin.VersionOuterClass.GetVersionRequest;
import flyteidl.admin.VersionOuterClass.GetVersionResponse;
import flyteidl.service.AdminServiceGrpc.AdminServiceBlockingStub;
import flyteidl.service.AdminServiceGrpc.AdminServiceImplBase;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.health.v1.HealthGrpc.HealthBlockingStub;
import io.grpc.health.v1.HealthGrpc.HealthStub;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Nobody without a login can keep those out who have one. */
final class CallLimitTest {
  /**
   * Sixty-four calls at once; of streams that anybody may open an eighth, and of these an eighth.
   */
  private static final int STREAMS_OF_ONE_ADDRESS = 1;

  private static final int STREAMS = 300;

  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(2);

  @Test
  void streams_of_nobody_fill_a_small_room_of_their_own_and_end_by_the_servers_word()
      throws IOException, InterruptedException {
    var config =
        ConfigReader.read(Optional.empty(), Map.of(), Map.of("server.callTimeout", "2s")).server();
    try (var edge =
        EdgeUnderTest.serving(
            config,
            Optional.empty(),
            List.of(),
            access -> List.of(new Answering(), new HealthStatusManager().getHealthService()))) {
      var ends = new LinkedBlockingQueue<Status>();
      // With a deadline of their own that is ever so far away.
      var watch =
          GrpcClients.builder("gproto+" + edge.url())
              .responseTimeout(Duration.ofHours(1))
              .build(HealthStub.class);

      for (var call = 0; call < STREAMS; call++) {
        watch.watch(HealthCheckRequest.getDefaultInstance(), new Ends(ends));
      }

      for (var refused = 0; refused < STREAMS - STREAMS_OF_ONE_ADDRESS; refused++) {
        assertThat(next(ends).getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      }
      assertThat(known(edge).getVersion(GetVersionRequest.getDefaultInstance()).isInitialized())
          .isTrue();
      assertThat(health(edge).check(HealthCheckRequest.getDefaultInstance()).getStatus())
          .isEqualTo(ServingStatus.SERVING);
      for (var ended = 0; ended < STREAMS_OF_ONE_ADDRESS; ended++) {
        assertThat(next(ends).getCode()).isNotEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      }
      watch.watch(HealthCheckRequest.getDefaultInstance(), new Ends(ends));
      assertThat(next(ends).getCode()).isNotEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    }
  }

  @Test
  void who_begins_calls_and_asks_nothing_keeps_nobody_from_asking()
      throws IOException, InterruptedException {
    try (var edge = EdgeUnderTest.serving(new HealthStatusManager().getHealthService())) {
      var ends = new LinkedBlockingQueue<Status>();
      var silent = health(edge).getChannel();

      for (var call = 0; call < STREAMS; call++) {
        silent
            .newCall(HealthGrpc.getCheckMethod(), CallOptions.DEFAULT)
            .start(
                new ClientCall.Listener<>() {
                  @Override
                  public void onClose(Status status, Metadata trailers) {
                    ends.add(status);
                  }
                },
                new Metadata());
      }

      assertThat(health(edge).check(HealthCheckRequest.getDefaultInstance()).getStatus())
          .isEqualTo(ServingStatus.SERVING);
      assertThat(ends).isEmpty();
    }
  }

  private static HealthBlockingStub health(EdgeUnderTest edge) {
    return GrpcClients.newClient("gproto+" + edge.url(), HealthBlockingStub.class);
  }

  private static Status next(BlockingQueue<Status> ends) throws InterruptedException {
    var end = ends.poll(10 * CALL_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    assertThat(end).as("the end of a call").isNotNull();
    return end;
  }

  private static AdminServiceBlockingStub known(EdgeUnderTest edge) {
    var headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
        "Bearer " + edge.administrator());
    return GrpcClients.newClient("gproto+" + edge.url(), AdminServiceBlockingStub.class)
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  private static final class Answering extends AdminServiceImplBase {
    @Override
    public void getVersion(GetVersionRequest request, StreamObserver<GetVersionResponse> answer) {
      answer.onNext(GetVersionResponse.getDefaultInstance());
      answer.onCompleted();
    }
  }

  private record Ends(BlockingQueue<Status> ends) implements StreamObserver<HealthCheckResponse> {
    @Override
    public void onNext(HealthCheckResponse value) {
      // What it is does not matter here, only how long it is told.
    }

    @Override
    public void onError(Throwable failure) {
      ends.add(Status.fromThrowable(failure));
    }

    @Override
    public void onCompleted() {
      ends.add(Status.OK);
    }
  }
}
