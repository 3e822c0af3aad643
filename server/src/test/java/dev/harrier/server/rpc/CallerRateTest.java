package dev.harrier.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.linecorp.armeria.client.grpc.GrpcClients;
import com.linecorp.armeria.common.HttpResponse;
import dev.harrier.security.rpc.IdentityRpc;
import dev.harrier.server.EdgeUnderTest;
import dev.harrier.server.config.ConfigReader;
import dev.harrier.server.page.LivenessPage;
import dev.harrier.server.port.Page;
import flyteidl.service.Identity.UserInfoRequest;
import flyteidl.service.IdentityServiceGrpc.IdentityServiceBlockingStub;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class CallerRateTest {
  private static final int BURST = 5;

  private final EdgeUnderTest edge;

  CallerRateTest() throws IOException {
    Page page =
        server -> server.service("exact:/page", (context, request) -> HttpResponse.of("here"));
    var config =
        ConfigReader.read(
                Optional.empty(),
                Map.of(),
                Map.of(
                    "server.callerLimits.callsPerSecond",
                    "1",
                    "server.callerLimits.burst",
                    Integer.toString(BURST),
                    "server.callerLimits.anonymousCallsPerSecond",
                    "1",
                    "server.callerLimits.anonymousBurst",
                    Integer.toString(BURST)))
            .server();
    edge =
        EdgeUnderTest.serving(
            config,
            Optional.empty(),
            List.of(new LivenessPage(), page),
            access -> List.of(new IdentityRpc()));
  }

  @AfterEach
  void stop() {
    edge.close();
  }

  @Test
  void a_caller_over_its_limit_gets_429_with_the_seconds_to_wait_and_others_go_on()
      throws Exception {
    var statuses = new ArrayList<Integer>();
    for (var call = 0; call <= BURST; call++) {
      statuses.add(edge.send(edge.request("/me")).statusCode());
    }

    assertThat(statuses).containsOnlyOnce(429).endsWith(429);
    var refused = edge.send(edge.request("/me"));
    assertThat(refused.headers().firstValue("retry-after")).hasValue("1");
    assertThat(refused.body()).contains("server.callerLimits", "\"code\":8");
    assertThat(edge.send(as(edge.stranger(), "/me")).statusCode()).isEqualTo(200);
  }

  @Test
  void over_grpc_it_is_resource_exhausted() {
    var headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
        "Bearer " + edge.administrator());
    var identity =
        GrpcClients.newClient("gproto+" + edge.url(), IdentityServiceBlockingStub.class)
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
    for (var call = 0; call < BURST; call++) {
      identity.userInfo(UserInfoRequest.getDefaultInstance());
    }

    assertThatThrownBy(() -> identity.userInfo(UserInfoRequest.getDefaultInstance()))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            refused ->
                assertThat(refused.getStatus().getCode())
                    .isEqualTo(Status.Code.RESOURCE_EXHAUSTED));
  }

  @Test
  void who_proves_nobody_is_counted_by_address_pages_and_rpcs_apart() throws Exception {
    var wrong = new ArrayList<Integer>();
    var pages = new ArrayList<Integer>();
    for (var call = 0; call <= BURST; call++) {
      wrong.add(edge.send(as("no.good.token", "/me")).statusCode());
      pages.add(edge.send(plain("/page")).statusCode());
    }

    assertThat(wrong).startsWith(401).endsWith(429);
    assertThat(pages).startsWith(200).endsWith(429);
    assertThat(edge.send(edge.request("/me")).statusCode()).as("who logged in").isEqualTo(200);
    assertThat(edge.send(plain("/healthcheck")).statusCode()).as("a watcher").isEqualTo(200);
  }

  private HttpRequest.Builder as(String token, String path) {
    return plain(path).header("authorization", "Bearer " + token);
  }

  private HttpRequest.Builder plain(String path) {
    return HttpRequest.newBuilder(URI.create(edge.url() + path));
  }
}
