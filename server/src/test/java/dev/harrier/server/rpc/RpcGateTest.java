package dev.harrier.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import datacatalog.DataCatalogGrpc.DataCatalogImplBase;
import dev.harrier.security.oauth.ServerMetadata;
import dev.harrier.security.rpc.AuthMetadataRpc;
import dev.harrier.security.rpc.IdentityRpc;
import dev.harrier.security.rpc.RpcRule;
import dev.harrier.security.rpc.RpcRules;
import dev.harrier.security.token.ServerAddress;
import dev.harrier.server.EdgeUnderTest;
import flyteidl.cacheservice.CacheServiceGrpc.CacheServiceImplBase;
import flyteidl.service.AdminServiceGrpc.AdminServiceImplBase;
import flyteidl.service.AgentMetadataServiceGrpc.AgentMetadataServiceImplBase;
import flyteidl.service.AsyncAgentServiceGrpc.AsyncAgentServiceImplBase;
import flyteidl.service.DataProxyServiceGrpc.DataProxyServiceImplBase;
import flyteidl.service.ExternalPluginServiceGrpc.ExternalPluginServiceImplBase;
import flyteidl.service.IdentityServiceGrpc;
import flyteidl.service.SignalServiceGrpc.SignalServiceImplBase;
import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.protobuf.services.HealthStatusManager;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The gate before services that are served, and before one that nobody made a rule for. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RpcGateTest {
  private static final List<BindableService> SERVICES =
      List.of(
          new AdminServiceImplBase() {},
          new SignalServiceImplBase() {},
          new DataProxyServiceImplBase() {},
          new AsyncAgentServiceImplBase() {},
          new AgentMetadataServiceImplBase() {},
          new ExternalPluginServiceImplBase() {},
          new DataCatalogImplBase() {},
          new CacheServiceImplBase() {},
          new IdentityRpc(),
          new AuthMetadataRpc(
              new ServerMetadata(new ServerAddress(URI.create("http://localhost:1")), false)),
          new HealthStatusManager().getHealthService());

  private final EdgeUnderTest edge;

  RpcGateTest() throws IOException {
    edge = EdgeUnderTest.serving(SERVICES.toArray(BindableService[]::new));
  }

  @AfterAll
  void stop() {
    edge.close();
  }

  @Test
  void a_client_reaches_the_service_itself() {
    var codes = codes(headers("Bearer " + edge.administrator()));

    codes.forEach(
        (method, code) ->
            assertThat(code)
                .as(method)
                .isIn(
                    answered(method)
                        ? List.of(Status.Code.OK)
                        : List.of(Status.Code.UNIMPLEMENTED)));
  }

  @Test
  void flytes_own_header_is_as_good() {
    var headers = new Metadata();
    headers.put(
        Metadata.Key.of("flyte-authorization", Metadata.ASCII_STRING_MARSHALLER),
        "Bearer " + edge.administrator());

    assertThat(codes(headers).get("flyteidl.service.IdentityService/UserInfo"))
        .isEqualTo(Status.Code.OK);
  }

  @Test
  void a_service_whose_method_has_no_rule_is_not_served() {
    var unknown =
        io.grpc.ServerServiceDefinition.builder("some.New")
            .addMethod(
                IdentityServiceGrpc.getUserInfoMethod().toBuilder()
                    .setFullMethodName("some.New/Call")
                    .setSchemaDescriptor(null)
                    .build(),
                (call, headers) -> new io.grpc.ServerCall.Listener<>() {})
            .build();

    assertThatThrownBy(() -> EdgeUnderTest.serving(() -> unknown))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("some.New/Call");
  }

  private static boolean anonymous(String method) {
    return RpcRules.all().rule(method) instanceof RpcRule.Anonymous;
  }

  private static boolean answered(String method) {
    return anonymous(method) || method.startsWith("flyteidl.service.IdentityService/");
  }

  private static Metadata headers(String authorization) {
    var headers = new Metadata();
    headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), authorization);
    return headers;
  }

  private Map<String, Status.Code> codes(Metadata headers) {
    var rpcs = new AnyRpc(edge.url(), headers);
    var codes = new LinkedHashMap<String, Status.Code>();
    methods()
        .forEach(
            method ->
                codes.put(method.getFullMethodName(), rpcs.call(method, AnyRpc.empty(method))));
    assertThat(codes).hasSizeGreaterThan(90);
    return codes;
  }

  private static Stream<MethodDescriptor<?, ?>> methods() {
    return SERVICES.stream()
        .flatMap(service -> service.bindService().getServiceDescriptor().getMethods().stream());
  }
}
